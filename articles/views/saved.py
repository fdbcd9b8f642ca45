"""The page of saved articles; only the reader's browser knows which they are."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.pages.cached import cached_page
from articles.views.pages import render_page


@cached_page()
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    return render_page(request, "saved.html", {})
