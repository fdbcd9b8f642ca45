"""Counts requests, and answers ``/metrics``."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from newsreader.metrics.access import Access
from newsreader.metrics.folder import folder_of_server
from newsreader.page_cache.middleware import LEVEL, VIEW

PATH = "/metrics"
# Others take so little time that to measure it would be a good part of it.
RENDERED = {"miss", "bypass"}


class MetricsMiddleware:
    """Count all requests, and show the figures to those that may see them; to others there is no such page.

    It comes before the page cache, and before the host name is checked, as Prometheus asks for addresses of machines.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.access = Access()
        if not self.access.is_configured:
            raise MiddlewareNotUsed
        # Imported only here, as prometheus-client takes long to import and most sites do not use it.
        from newsreader.metrics.figures import figures
        from newsreader.metrics.instruments import instruments_in

        self.get_response, self.figures = get_response, figures
        self.folder = folder_of_server(settings.VAR_DIR / "metrics")
        self.instruments = instruments_in(self.folder)
        self.instruments.count_queries()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == PATH and self.access.permits(request):
            return self.figures(self.folder)
        began = time.perf_counter()
        response = self.get_response(request)
        view, level = request.META.get(VIEW), request.META.get(LEVEL, "bypass")
        if view is None:
            view = request.resolver_match.view_name if request.resolver_match else ""
        self.instruments.count(view, response.status_code, level)
        if level in RENDERED:
            self.instruments.measure(view, time.perf_counter() - began)
        else:
            self.instruments.note_age(response.headers.get("Age", ""))
        return response
