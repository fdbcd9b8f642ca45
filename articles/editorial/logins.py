"""Logs logins and failed logins, with the address of the client."""

import logging
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.http import HttpRequest

from newsreader.client_address import UNKNOWN, client_address

# A logger of its own, so that LOG_LEVEL does not silence it and it can be configured separately.
logger = logging.getLogger(__name__)
# User names may be anything that somebody typed.
LONGEST = 150


def connect() -> None:
    user_logged_in.connect(_log_login, dispatch_uid="log logins")
    user_login_failed.connect(_log_failure, dispatch_uid="log failed logins")


def _log_login(sender: Any, request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any) -> None:
    logger.info("%s logged in from %s", _safe(user.get_username()), address_of(request))


def _log_failure(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    logger.warning("%s failed to log in from %s", _safe(credentials.get("username")), address_of(request))


def _safe(text: object) -> str:
    """Return a text in quotes, with control characters escaped."""
    return repr(str(text)[:LONGEST])


def address_of(request: HttpRequest | None) -> str:
    """Return the address of the client, and behind a proxy whose word counts, that of the proxy."""
    if request is None:
        return "this machine"
    peer = str(request.META.get("REMOTE_ADDR") or "an unknown address")
    client = client_address(request)
    return f"{_safe(client)} by way of {peer}" if client not in (peer, UNKNOWN) else peer
