"""Ids of requests, by which the lines of the log that belong to one can be found."""

import random
import re
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER, META = "X-Request-ID", "HTTP_X_REQUEST_ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
request_id: ContextVar[str] = ContextVar("the id of the request that is being answered", default="")


class RequestIdMiddleware:
    """Give each request an id, and name it in its response: that of the proxy in front, or else a random one.

    It comes first, so that everything that is logged for a request has the id, and the page cache does not store it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Clients may send the header, too.
        self.is_trusted = settings.SECURE_PROXY_SSL_HEADER is not None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get(META, "") if self.is_trusted else ""
        # Views find it where a proxy's would be.
        request.META[META] = name = given if WELL_FORMED.fullmatch(given) else f"{random.getrandbits(64):016x}"
        token = request_id.set(name)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers[HEADER] = name
        return response
