"""Helpers that the views of readers' pages share."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.encoding import iri_to_uri

from articles.pages import structured_data
from articles.pages.images import Image
from articles.pages.shown import CATALOGUE, shows
from articles.pages.social import social
from articles.text.rendering import markdown, safe_html
from articles.text.tools import without_markup_of_tools
from articles.text.videos import find_video


def render_page(request: HttpRequest, template: str, context: dict[str, Any], url: str | None = None) -> HttpResponse:
    shows(CATALOGUE)  # the masthead has topics
    canonical_url = request.build_absolute_uri(url or request.path)
    return render(
        request, f"articles/{template}", {"canonical_url": canonical_url, "is_noindex": is_view(request)} | context
    )


def is_view(request: HttpRequest) -> bool:
    """Return whether a page is a search, a filter or another view of what has an address of its own.

    Search engines follow its links, but do not index it. Parameters that the page does not know change nothing.
    """
    known: frozenset[str] = getattr(
        request.resolver_match and request.resolver_match.func, "page_parameters", frozenset()
    )
    return not known.isdisjoint(request.GET.keys() - {"page"})


def full_text(row: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of an article's page that its card does not have."""
    return {
        "featured_html": safe_html(row["featured_content"]),
        "body_html": markdown(
            row["body"] if row["web_url"] or row["original_url"] else without_markup_of_tools(row["body"])
        ),
        "video": find_video(row["featured_content"]),
    }


def site_of(request: HttpRequest) -> str:
    """Return the address of this site without a slash at its end, such as ``https://news.example``."""
    return request.build_absolute_uri("/").rstrip("/")


def about_listing(
    request: HttpRequest,
    name: str,
    items: Iterable[str],
    *path: tuple[str, str],
    description: str = "",
    image: Image | None = None,
) -> dict[str, Any]:
    """Return what the page of a listing tells programs; ``path`` has name and address of the pages above it."""
    base, url = site_of(request), iri_to_uri(request.path)
    data = [structured_data.collection(base, url, name, items, description)]
    if path:
        data.append(structured_data.breadcrumbs(base, *path, (name, url)))
    return {"structured": structured_data.block(*data), "social": social(base, "website", name, description, image)}
