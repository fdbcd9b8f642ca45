"""The preview of an article that is not published yet, for those who have the link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.pages.previews import previewed
from articles.views.articles import article_context


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show an article's page as readers would see it, not to be cached or indexed; 410 for a withdrawn one."""
    pk = previewed(token)
    row = Article.objects.preview_row(pk) if pk else None
    if row is None:
        # The same for a link that is revoked, has expired or never was: nobody learns which.
        raise Http404("no such preview, or it has ended")
    if row["removed"] or row["file_missing"]:
        response = render(request, "410.html", status=410)
    else:
        response = render(request, "articles/preview.html", article_context(request, row))
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
