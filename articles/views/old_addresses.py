"""Leads readers from the addresses that articles had elsewhere to their pages here."""

import posixpath
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from articles.models import ArticleAlias
from articles.models.article import article_url
from articles.models.visibility import listed

LONGEST = 1000


class OldAddresses:
    """Middleware that looks up a path for which there is no page; the files of articles name such paths."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404 and request.method in ("GET", "HEAD") and (url := page_of(request.path_info)):
            return HttpResponsePermanentRedirect(url)
        return response


def page_of(path: str) -> str | None:
    """Return the address of the listed article that a path once led to, with or without a slash at its end."""
    if not path.strip("/") or len(path) > LONGEST or "\0" in path or path.startswith("/admin/"):
        return None
    path = posixpath.normpath(path).removesuffix("/index.html")
    paths = {path, f"{path}.html", path.removesuffix(".html")}
    rows = ArticleAlias.objects.filter(listed(column="article__listed_from"), path__among=paths)
    row = rows.order_by("path").values_list("article__date", "article__slug").first()
    return article_url(row[0], row[1]) if row and row[0] else None
