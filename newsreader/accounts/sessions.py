"""The sessions of an account: which there are, and how they end."""

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.utils import timezone


def end_others(user: AbstractBaseUser, kept: str | None) -> int:
    """End the sessions of a user but the one with the key ``kept``; return how many."""
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=kept).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
            ended += 1
    return ended
