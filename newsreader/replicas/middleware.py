"""Renders readers' pages from replicas."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from newsreader.page_cache.store import PageStore, store
from newsreader.replicas.routing import CHANGE, reading, reading_from
from newsreader.replicas.status import Replicas, replicas

logger = logging.getLogger(__name__)
FAILED = "newsreader.failed"  # in request.META: whether the page's database has failed


class ReplicaMiddleware:
    """Send the queries of readers' pages to a replica that has all changes which this process knows of.

    Editors and all that is posted have the primary: whoever writes has a session, and sees at once what was written. A
    page whose replica fails is rendered again from another database. This comes right after the page cache.
    """

    def __init__(
        self,
        get_response: Callable[[HttpRequest], HttpResponse],
        known: Replicas | None = None,
        pages: PageStore | None = None,
    ) -> None:
        self.replicas = known or replicas
        if not self.replicas.replicas:
            raise MiddlewareNotUsed
        self.get_response, self.pages = get_response, pages or store
        self.primary_only = (reverse("admin:index"), reverse("preview", args=["x"]).removesuffix("x/"))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_readers(request):
            return self.get_response(request)
        failed: list[str] = []
        if settings.PAGE_CACHE_BYTES:
            self.pages.follow()
        while choice := self.replicas.choose(self.pages.last_change, failed):
            request.META[CHANGE] = choice.change
            with reading_from(choice.alias):
                response = self.get_response(request)
            if not request.META.pop(FAILED, False):
                return response
            failed.append(choice.alias)
            self.replicas.leave_out(choice.alias)
        request.META.pop(CHANGE, None)
        return self.get_response(request)

    def is_readers(self, request: HttpRequest) -> bool:
        return (
            request.method in ("GET", "HEAD")
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and not request.path_info.startswith(self.primary_only)
        )

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Replace the page by an empty answer, which no one gets, if its replica has failed."""
        alias = reading.get()
        if alias == DEFAULT_DB_ALIAS or not isinstance(exception, OperationalError | InterfaceError):
            return None
        logger.warning("The database %s has failed, and another one is asked: %s", alias, exception)
        request.META[FAILED] = True
        return HttpResponse(status=503)
