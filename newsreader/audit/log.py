"""Writes entries, and deletes those that are old enough."""

import datetime as dt
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from newsreader.audit.models import AuditEntry, Kind, Sweep
from newsreader.client_address import client_address
from newsreader.request_ids import request_id

current_request: ContextVar[HttpRequest | None] = ContextVar("the request that is being answered", default=None)
LONGEST = 150  # characters of a name that anybody may have typed


def record(
    kind: Kind, what: str, account: str | None = None, request: HttpRequest | None = None, **details: Any
) -> None:
    """Add an entry, unless AUDIT_DAYS is 0; without an account, that of the current request is named."""
    if not settings.AUDIT_DAYS:
        return
    request = request or current_request.get()
    if account is None:
        account = request.user.get_username() if request and hasattr(request, "user") else ""
    AuditEntry.objects.create(
        kind=kind,
        account=_clean(account)[:LONGEST],
        address=client_address(request)[:50] if request else "",
        request_id=request_id.get(),
        what=_clean(what)[:200],
        details=details,
    )


def _clean(text: str) -> str:
    return "".join(each if each.isprintable() else "�" for each in str(text))


def delete_old_entries() -> int:
    """Delete the entries of more than AUDIT_DAYS ago; return their number."""
    before = timezone.now() - dt.timedelta(days=settings.AUDIT_DAYS)
    with transaction.atomic():
        sweep = Sweep.objects.create(before=before)
        number, _ = AuditEntry.objects.filter(time__lt=before).delete()
        sweep.delete()
    return number
