"""What every reader's page shares."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from articles.text.rendering import markdown, safe_html
from articles.text.videos import find_video


def render_page(request: HttpRequest, template: str, context: dict[str, Any], url: str | None = None) -> HttpResponse:
    canonical_url = request.build_absolute_uri(url or request.path)
    return render(request, f"articles/{template}", context | {"canonical_url": canonical_url})


def moved_to(request: HttpRequest, url: str | None) -> HttpResponsePermanentRedirect:
    """Lead an old address to what is there today, with what was asked for; it is not found without ``url``."""
    if url is None:
        raise Http404("nothing has or had this address")
    query = request.GET.urlencode()
    return HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)


def full_text(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a page shows of an article beyond its card."""
    return {
        "featured_html": safe_html(row["featured_content"]),
        "body_html": markdown(row["body"]),
        "video": find_video(row["featured_content"]),
    }
