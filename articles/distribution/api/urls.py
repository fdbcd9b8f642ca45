"""The addresses of the API, and what all its responses have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path
from django.utils import timezone, translation

from articles.distribution.api import old, pages
from articles.distribution.api.service import PREFIX, api, parameter_names
from articles.distribution.responses import shared
from articles.pages.cached import cached_page

View = Callable[..., HttpResponse]
OLD = "api/news/"


def endpoint(view: View) -> View:
    """Return a view that answers everyone alike, whatever language a cookie names, and HEAD as GET."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        method, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        with translation.override(settings.LANGUAGE_CODE), timezone.override(timezone.get_default_timezone()):
            response = view(request, *args, **kwargs)
        request.method = method
        if response.status_code in (200, 410) and not response.has_header("Cache-Control"):
            shared(response)
        return response

    return answer


def endpoints() -> list[URLPattern]:
    """Return the patterns of the endpoints, which the page cache stores, except of what each moment changes."""
    cached = cached_page(*parameter_names())
    patterns = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
    for each in patterns:
        each.callback = endpoint(each.callback)
        if each.name != "changes":
            each.callback = cached(each.callback)
    return patterns


urlpatterns = [
    path(PREFIX, pages.guide, name="api_guide"),
    path(f"{PREFIX}openapi.json", pages.openapi, name="api_openapi"),
    path(PREFIX, include((endpoints(), "api"))),
    path(f"{OLD}index.json", old.everything, {"page": 1}),
    path(f"{OLD}page/<int:page>/index.json", old.everything),
    path(f"{OLD}page<int:page>/index.json", old.everything),
    path(f"{OLD}<str:name>/index.json", old.topic_or_article, name="old_topic_or_article"),
    path(f"{OLD}<uslug:slug>/page/<int:page>/index.json", old.topic, name="old_topic"),
    path(f"{OLD}<uslug:slug>/page<int:page>/index.json", old.topic),
]
