"""How often one client may do something within a minute, counted in Django's cache: for all workers that share it."""

import time

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from newsreader.client_address import client_network

WINDOW = 60  # seconds


def count_request(key: str, seconds: int = 2 * WINDOW) -> int:
    """Return how many requests ``key`` has had in these seconds, with this one."""
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # it has just been evicted
        return 1


def seconds_to_wait(request: HttpRequest, what: str, limit: int) -> int:
    """Count a request of this client for ``what``; return 0 if it may, else after how many seconds it may again.

    A client is an address, or a network of IPv6. With a ``limit`` of 0 it always may.
    """
    if not limit:
        return 0
    now = time.time()
    used = count_request(f"{what}-{client_network(request)}-{int(now // WINDOW)}")
    return 0 if used <= limit else WINDOW - int(now % WINDOW)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Return the page for those who have to wait, which nothing stores."""
    text = _("This address asks very often. Go on in %(seconds)d seconds.") % {"seconds": seconds}
    response = render(request, "429.html", {"text": text}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "private, no-store"
    return response
