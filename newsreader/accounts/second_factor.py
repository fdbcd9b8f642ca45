"""Which accounts have a second factor, and which need one."""

from typing import Any

from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest

# Recovery codes alone are none: they come with one of these.
FACTORS = ("webauthn", "totp")
ENDED = "accounts.sessions_ended"


def connect() -> None:
    authenticator_added.connect(_end_other_sessions, dispatch_uid="end sessions without the second factor")


def has_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.filter(user_id=user.pk, type__among=FACTORS).exists()


def lacks_second_factor(request: HttpRequest) -> bool:
    """Return whether a request is from staff that must set up a second factor before anything else."""
    user = request.user
    if settings.STAFF_SECOND_FACTOR != "required" or not (user.is_authenticated and user.is_staff):
        return False
    known: bool | None = getattr(request, "_lacks_second_factor", None)
    if known is None:
        known = request._lacks_second_factor = not has_second_factor(user)  # type: ignore[attr-defined]
    return known


def _end_other_sessions(request: HttpRequest, user: AbstractBaseUser, authenticator: Any, **kwargs: Any) -> None:
    """End what was begun elsewhere without the factor that an account has got."""
    from newsreader.accounts.sessions import end_others

    if authenticator.type in FACTORS:
        end_others(user, request.session.session_key)
