"""The reader's pages: fetch, choose a template, respond."""

import datetime as dt
import mimetypes
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from articles.cards import TopicLink, card_from, cards_for, provider_card, related_items, topic_link, topics_of
from articles.content.files import IMAGE_SUFFIXES
from articles.listings import Listing, MonthListing, Scope, listed_counts
from articles.models import Article, Provider, Topic
from articles.paging import get_page
from articles.ranking import front_page_ids
from articles.rendering import find_video, markdown, plain_text, safe_html
from articles.topic_tree import flat, topic_tree, topics_near

TOP_STORIES = 5
LATEST = 20
SIDEBAR_SIZE = 10
SIDEBAR_PER_PROVIDER = 2


def _page(request: HttpRequest, template: str, context: dict[str, Any], url: str | None = None) -> HttpResponse:
    canonical_url = request.build_absolute_uri(url or request.path)
    return render(request, f"articles/{template}", context | {"canonical_url": canonical_url})


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    top_ids, latest_ids = front_page_ids(TOP_STORIES, LATEST)
    cards = cards_for(top_ids + latest_ids)
    top, latest = cards[: len(top_ids)], cards[len(top_ids) :]
    context = {"lead": top[0] if top else None, "secondary": top[1:], "latest": latest, "topics": flat(topic_tree())}
    return _page(request, "front.html", context)


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    return _page(request, "topic_list.html", {"topics": topic_tree()})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Topic.objects.select_related("parent"), slug=slug)
    page = get_page(request, Listing(Scope(topic=found)))
    below, beside = topics_near(found)
    context = {
        "topic": {
            "name": plain_text(found.name),
            "description": plain_text(found.description),
            "url": found.get_absolute_url(),
            "parent": topic_link(found.parent.name, found.parent.slug) if found.parent else None,
            "children": below,
        },
        "page": page,
        "related": related_items(Article.objects.related_to_page(page.ids, SIDEBAR_SIZE, SIDEBAR_PER_PROVIDER)),
        "related_topics": beside,
    }
    return _page(request, "topic.html", context, page.url)


@require_safe
def article(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        raise Http404("no such date") from None
    row = Article.objects.page_row(date, slug)
    if row is None:
        raise Http404("no such article")
    if row["removed"] or row["file_missing"]:
        return render(request, "410.html", status=410)
    if not row["listed"]:
        raise Http404("not listed")
    card = card_from(row, topics_of([row["id"]]).get(row["id"], []))
    context = {
        "article": card,
        "featured_html": safe_html(row["featured_content"]),
        "body_html": markdown(row["body"]),
        "image_absolute_url": request.build_absolute_uri(card.image.url) if card.image else "",
        "video": find_video(row["featured_content"]),
        "related": related_items(Article.objects.related_to(row["id"])),
    }
    return _page(request, "article.html", context)


@require_safe
def provider_list(request: HttpRequest) -> HttpResponse:
    counts = listed_counts("provider")
    providers = [
        provider_card(row["domain"], row["name"], row["images"], counts[row["id"]], row["description"])
        for row in Provider.objects.values("id", "domain", "name", "images", "description")
        if row["id"] in counts
    ]
    return _page(request, "provider_list.html", {"providers": providers})


@require_safe
def provider(request: HttpRequest, domain: str) -> HttpResponse:
    found = get_object_or_404(Provider, domain=domain)
    listing = Listing(Scope(provider=found))
    page = get_page(request, listing)
    card = provider_card(found.domain, found.name, found.images, listing.count, found.description)
    return _page(request, "provider.html", {"provider": card, "page": page}, page.url)


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    listing = Listing(Scope())
    years: dict[int, list[TopicLink]] = {}
    for month, count in listing.listed_months():
        years.setdefault(month.year, []).append(_month_link(month, "F", count))
    context = {
        "years": [
            {"year": year, "count": sum(month.count or 0 for month in months), "months": months}
            for year, months in years.items()
        ]
    }
    return _page(request, "archive.html", context)


@require_safe
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    try:
        first = dt.date(year, month, 1)
    except ValueError:
        raise Http404("no such month") from None
    listing = MonthListing(first)
    if not listing.count:
        raise Http404("no articles in this month")
    page = get_page(request, listing)
    earlier, later = listing.neighbours()
    context = {
        "month_name": date_format(first, "F Y"),
        "page": page,
        "previous_month": _month_link(earlier) if earlier else None,
        "next_month": _month_link(later) if later else None,
    }
    return _page(request, "archive_month.html", context, page.url)


def _month_link(month: dt.date, pattern: str = "F Y", count: int | None = None) -> TopicLink:
    url = reverse("archive_month", args=[f"{month.year:04d}", f"{month:%m}"])
    return TopicLink(date_format(month, pattern), url, count)


@require_safe
def media(request: HttpRequest, path: str) -> FileResponse:
    """Serve an image that an import copied; anything but an image is not there."""
    content_type = mimetypes.guess_type(path)[0] or ""
    if not path.lower().endswith(IMAGE_SUFFIXES) or not content_type.startswith("image/"):
        raise Http404("not an image")
    try:
        response = FileResponse(default_storage.open(path), content_type=content_type)
    except (OSError, SuspiciousFileOperation, ValueError):
        raise Http404("no such image") from None
    response["Cache-Control"] = "public, max-age=86400"
    response["Last-Modified"] = http_date(default_storage.get_modified_time(path).timestamp())
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke, without database, session or context processors."""
    return HttpResponse(render_to_string("500.html"), status=500)
