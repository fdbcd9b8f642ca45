"""Attempts to log in: a few a minute for each account and each address, with pauses that grow, for all workers together.

A browser in which an account has logged in before has a count of its own, so that no stranger locks anybody out.
"""

import contextlib
import hashlib
import math
import secrets
import time
import unicodedata
from collections.abc import Iterator

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from newsreader.client_address import client_network
from newsreader.limits import WINDOW, count_request

SALT = "newsreader.accounts.known browser"
YEAR, DAY = 365 * 24 * 3600, 24 * 3600  # seconds
LONGEST_PAUSE = 3600  # seconds
MOST_ACCOUNTS = 10  # of one browser


def seconds_to_wait(request: HttpRequest, name: str) -> int:
    """Count an attempt; return 0 if it may be made, else after how many seconds the next one may.

    It is counted before the password is checked, so that many at once are no more than one after the other.
    """
    if not settings.LOGIN_RATE_LIMIT:
        return 0
    keys, now = list(_keys(request, name)), time.time()
    paused = [cache.get(f"{key}-until", 0) - now for key in keys]
    # One that is longer than any was begun before the clock was set back.
    if 0 < max(paused) <= LONGEST_PAUSE:
        return math.ceil(max(paused))
    pauses = [_pause(key, now) for key in keys if count_request(_window(key, now)) > settings.LOGIN_RATE_LIMIT]
    return max(pauses, default=0)


def succeeded(request: HttpRequest, name: str) -> None:
    """Take back an attempt whose password was right, and end the pauses of who made it, but for those of an address."""
    if not settings.LOGIN_RATE_LIMIT:
        return
    for key in _keys(request, name):
        with contextlib.suppress(ValueError):  # another minute has begun, or it was evicted
            cache.decr(_window(key, time.time()))
        if not key.startswith("login-address"):
            cache.delete(f"{key}-pauses")


def remember_browser(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Make the browser one in which this account has logged in."""
    browser, known = _browser(request)
    accounts = [account_of(name), *(each for each in known if each != account_of(name))][:MOST_ACCOUNTS]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE, signing.dumps([browser, accounts], salt=SALT), max_age=YEAR, path="/admin/",
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip


def account_of(name: str) -> str:
    """Return what stands for an account, whether there is one with this name or not."""
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    return hashlib.sha256(folded.encode(errors="replace")).hexdigest()[:32]


def _keys(request: HttpRequest, name: str) -> Iterator[str]:
    account = account_of(name)
    browser, known = _browser(request)
    if account in known:
        yield f"login-browser-{browser}-{account}"
    else:
        yield f"login-account-{account}"
        yield f"login-address-{client_network(request)}"


def _browser(request: HttpRequest) -> tuple[str, list[str]]:
    """Return the id of a browser and the accounts that have logged in there; a new id and none if it is not known."""
    try:
        browser, known = signing.loads(request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE, ""), salt=SALT, max_age=YEAR)
    except (signing.BadSignature, ValueError):
        return secrets.token_urlsafe(12), []
    return browser, known


def _window(key: str, now: float) -> str:
    return f"{key}-{int(now // WINDOW)}"


def _pause(key: str, now: float) -> int:
    """Begin a pause, twice as long as the one before within a day; return its seconds."""
    pauses: int = cache.get(f"{key}-pauses", 0)
    seconds = min(WINDOW << min(pauses, 10), LONGEST_PAUSE)
    # One of many at the same time begins it.
    if cache.add(f"{key}-until", now + seconds, seconds):
        cache.set(f"{key}-pauses", pauses + 1, DAY)
    return seconds
