"""Health checks."""

from collections.abc import Callable
from contextlib import suppress

from django.db import Error, connections
from django.http import HttpRequest, HttpResponse


class HealthMiddleware:
    """Answer ``/livez`` and ``/readyz`` before the host name is checked, which probes often lack.

    ``/livez`` tells that the process responds, ``/readyz`` that a database does, too, and is migrated.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return _plain("alive", 200)
        if request.path == "/readyz":
            return _readiness()
        return self.get_response(request)


def _readiness() -> HttpResponse:
    # While the primary is down, readers read on from a replica.
    for alias in connections:
        with suppress(Error), connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1 FROM articles_article LIMIT 1")
            return _plain("ready", 200)
    return _plain("not ready: the database does not answer or is not migrated", 503)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(
        f"{text}\n", status=status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
