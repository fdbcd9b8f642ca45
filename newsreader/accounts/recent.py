"""How long ago somebody proved who they are: what accounts hang on is not left to whoever finds a desk open."""

import time
from typing import Any

from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

PROVEN = "accounts.proven"


def connect() -> None:
    user_logged_in.connect(_remember, dispatch_uid="remember logins")
    authentication_step_completed.connect(_remember_step, dispatch_uid="remember confirmations")


def has_recently_proven(request: HttpRequest, grace_minutes: int = 0) -> bool:
    """Return whether somebody logged in, or confirmed who they are, within REAUTHENTICATE_MINUTES and ``grace_minutes``."""
    proven = request.session.get(PROVEN, 0)
    # In the future, if the clock was set back: nobody knows how long ago that was.
    return bool(-60 < time.time() - proven < (settings.REAUTHENTICATE_MINUTES + grace_minutes) * 60)


def _remember(request: HttpRequest | None, **kwargs: Any) -> None:
    # Commands have no session, and neither have tests of what is below the views.
    if getattr(request, "session", None) is not None:
        request.session[PROVEN] = time.time()  # type: ignore[union-attr]


def _remember_step(request: HttpRequest, **kwargs: Any) -> None:
    # The steps of a login come before there is a user.
    if request.user.is_authenticated:
        _remember(request)
