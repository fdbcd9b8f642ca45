"""Where accounts are logged in: sessions are noted, listed, and end when nobody is there any more."""

import datetime as dt
import logging
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import TTLCache
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from newsreader.accounts.devices import device_of
from newsreader.accounts.models import DeskSession
from newsreader.client_address import UNKNOWN, client_address

logger = logging.getLogger(__name__)

# Sessions that this process has seen within a minute: their rows are not written again.
EXACT_SECONDS = 60
_seen: TTLCache[str, bool] = TTLCache(10_000, EXACT_SECONDS)
_lock = Lock()


@dataclass(frozen=True, slots=True)
class ShownSession:
    pk: int
    device: str
    address: str
    began_at: dt.datetime
    seen_at: dt.datetime
    is_this: bool


def connect() -> None:
    user_logged_in.connect(_note_login, dispatch_uid="note sessions")


def is_there(request: HttpRequest) -> bool:
    """Note that somebody was here; return False if the time since they were here last is longer than may be."""
    key = request.session.session_key
    if not key or key in _seen:
        return True
    row = DeskSession.objects.filter(session_key=key).first()
    limit = dt.timedelta(minutes=settings.STAFF_IDLE_MINUTES)
    # In the future, if the clock was set back: then it is not known for how long, either.
    if row and limit and abs(timezone.now() - row.seen_at) > limit:
        return False
    _note(request, request.user)
    return True


def sessions_of(request: HttpRequest) -> list[ShownSession]:
    """Return where the user of a request is logged in, the latest first, and forget where no more."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - callers have asked
    rows = list(DeskSession.objects.filter(user=user))
    alive = _alive(user, [row.session_key for row in rows])
    DeskSession.objects.filter(pk__among=[row.pk for row in rows if row.session_key not in alive]).delete()
    return [_shown(row, request) for row in rows if row.session_key in alive]


def end(user: AbstractBaseUser, pk: int) -> bool:
    """End a session of a user; return whether there was such a one."""
    row = DeskSession.objects.filter(user_id=user.pk, pk=pk).first()
    if row is None:
        return False
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()
    return True


def end_others(user: AbstractBaseUser, kept: str | None) -> int:
    """End the sessions of a user but the one with the key ``kept``, noted or not; return how many."""
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=kept).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
            ended += 1
    DeskSession.objects.filter(user_id=user.pk).exclude(session_key=kept).delete()
    return ended


def _note_login(request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any) -> None:
    if request is not None and getattr(request, "session", None) is not None and request.session.session_key:
        _note(request, user)


def _note(request: HttpRequest, user: Any) -> None:
    """Note where and when somebody was seen; a database that cannot write keeps nobody from reading."""
    key = str(request.session.session_key)
    address = client_address(request)
    values = {
        "user_id": user.pk,
        "user_agent": request.headers.get("User-Agent", "")[:300],
        "address": None if address == UNKNOWN else address,
        "seen_at": timezone.now(),
    }
    try:
        DeskSession.objects.update_or_create(values, session_key=key)
    except DatabaseError:
        logger.warning("A session could not be noted", exc_info=True)
    with _lock:
        _seen[key] = True


def _alive(user: User, keys: list[str]) -> set[str]:
    """Return the keys of sessions that Django would accept: there, not expired, and begun with this password."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    found = Session.objects.filter(session_key__among=keys, expire_date__gt=timezone.now())
    return {
        session.session_key
        for session in found
        if any(constant_time_compare(session.get_decoded().get("_auth_user_hash", ""), each) for each in hashes)
    }


def _shown(row: DeskSession, request: HttpRequest) -> ShownSession:
    is_this = row.session_key == request.session.session_key
    return ShownSession(row.pk, device_of(row.user_agent), row.address or "", row.began_at, row.seen_at, is_this)
