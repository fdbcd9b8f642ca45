"""Health checks."""

from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse


class HealthMiddleware:
    """Answer ``/livez`` and ``/readyz`` before the host name is checked, which probes often lack.

    ``/livez`` tells that the process responds, ``/readyz`` that the database does, too, and is migrated.
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
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM articles_article LIMIT 1")
    except Error:
        return _plain("not ready: the database does not answer or is not migrated", 503)
    return _plain("ready", 200)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(
        f"{text}\n", status=status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
