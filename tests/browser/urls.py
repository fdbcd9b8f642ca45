"""The site's addresses, and one that breaks."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from newsreader.urls import handler400, handler403, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler500", "urlpatterns"]


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [path("broken/", broken), *urlpatterns]
