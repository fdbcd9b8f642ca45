"""The reader's pages: fetch, choose a template, respond."""

import datetime as dt
import mimetypes
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import http_date, url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from articles.cards import (
    TopicLink,
    card_from,
    cards_for,
    limit_providers,
    more_links,
    provider_card,
    related_items,
    story_line,
    topic_link,
    topics_of,
    with_reason,
)
from articles.choices import VIEWS, choices_of, remember, vary_by_choices
from articles.content.files import IMAGE_SUFFIXES
from articles.coverage import (
    FOLDS,
    accounts_from,
    best_account,
    first_report,
    groups_by,
    one_per_provider,
    span_days,
    timeline_of,
)
from articles.listings import Listing, MonthListing, Scope, listed_counts
from articles.models import Article, Provider, Story, Topic
from articles.paging import get_page
from articles.ranking import Clock, choose_leads
from articles.rendering import find_video, markdown, plain_text, safe_html
from articles.topic_tree import flat, topic_tree, topics_near

TOP_STORIES = 5
LATEST = 20
SIDEBAR_SIZE = 10
SIDEBAR_PER_PROVIDER = 2
MORE_PROVIDERS = 5  # beside an article, before the rest is folded
MORE_ACCOUNTS = 60


def _page(request: HttpRequest, template: str, context: dict[str, Any], url: str | None = None) -> HttpResponse:
    canonical_url = request.build_absolute_uri(url or request.path)
    return render(request, f"articles/{template}", context | {"canonical_url": canonical_url})


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    choice = choose_leads(TOP_STORIES, LATEST)
    clock = Clock.of(choice.newest)
    ids = choice.top + choice.latest
    cards = [with_reason(card, clock, choice.pins.get(pk)) for pk, card in zip(ids, cards_for(ids), strict=True)]
    number = len(choice.top)
    context = {
        "lead": cards[0] if number else None,
        "secondary": cards[1:number],
        "latest": cards[number:],
        "more": more_links(choice.more),
        "clock": clock,
        "topics": flat(topic_tree()),
    }
    return _page(request, "front.html", context)


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    return _page(request, "topic_list.html", {"topics": topic_tree()})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Topic.objects.select_related("parent"), slug=slug)
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else choices_of(request).view
    is_folded = view == "stories"
    page = get_page(request, Listing(Scope(topic=found, is_folded=is_folded)), f"view={view}" if asked in VIEWS else "")
    cards, more = limit_providers(page.cards) if is_folded and page.number == 1 else (page.cards, [])
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
        "cards": cards,
        "more": more,
        "view": view,
        "is_folded": is_folded,
        "is_kept": view == choices_of(request).view,
        "related": related_items(Article.objects.related_to_page(page.ids, SIDEBAR_SIZE, SIDEBAR_PER_PROVIDER)),
        "related_topics": beside,
    }
    # Folded or not, it is the same listing: search engines know it by its plain addresses.
    canonical = request.path if is_folded else page.plain_url
    return vary_by_choices(request, _page(request, "topic.html", context, canonical))


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
        **full_text(row),
        "image_absolute_url": request.build_absolute_uri(card.image.url) if card.image else "",
        "related": related_items(Article.objects.related_to(row["id"]), row["member__story_id"]),
        "coverage": more_on_story(row),
    }
    return _page(request, "article.html", context)


def full_text(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a page shows of an article beyond its card."""
    return {
        "featured_html": safe_html(row["featured_content"]),
        "body_html": markdown(row["body"]),
        "video": find_video(row["featured_content"]),
    }


def more_on_story(row: dict[str, Any]) -> dict[str, Any] | None:
    """Return the other accounts of an article's story: the best of each provider, the rest folded."""
    line = story_line(row)
    if line is None:
        return None
    rows = Article.objects.accounts_of(row["member__story_id"]).exclude(id=row["id"])[:MORE_ACCOUNTS]
    shown, folded = one_per_provider(accounts_from(rows), MORE_PROVIDERS)
    return {"url": line.url, "size": line.more + 1, "shown": shown, "folded": folded}


@require_safe
def story(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    found = get_object_or_404(Story.objects.select_related("merged_into", "lead"), pk=pk)
    found = found.merged_into or found
    if found.lead_id is None or found.listed_from is None or found.listed_from > timezone.now():
        raise Http404("nothing to read in full")
    if request.path != found.get_absolute_url():
        return redirect(
            f"{found.get_absolute_url()}{'?' if request.GET else ''}{request.GET.urlencode()}", permanent=True
        )
    accounts = accounts_from(Article.objects.accounts_of(found.pk))
    row = Article.objects.lead_row(found.lead_id)
    lead = card_from(row, topics_of([row["id"]]).get(row["id"], []))
    if len(accounts) < 2:
        # It may grow.
        return redirect(lead.url)
    fold = request.GET.get("by", "")
    fold = fold if fold in FOLDS else FOLDS[0]
    context = {
        "story": found,
        "lead": lead,
        **full_text(row),
        "days": span_days(found.first or found.listed_from, found.last or found.listed_from),
        "best": best_account(accounts),
        "first": first_report(accounts),
        "fold": fold,
        "groups": groups_by(fold, [account for account in accounts if account.id != found.lead_id]),
        "timeline": timeline_of(accounts),
        "image_absolute_url": request.build_absolute_uri(lead.image.url) if lead.image else "",
    }
    return _page(request, "story.html", context, found.get_absolute_url())


@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    context = {
        "half_life": settings.RANKING_HALF_LIFE_HOURS,
        "quality_weight": settings.RANKING_QUALITY_WEIGHT,
        "provider_weight": settings.RANKING_PROVIDER_WEIGHT,
        "per_provider": settings.RANKING_PER_PROVIDER,
    }
    return _page(request, "ranking.html", context)


@csrf_exempt  # pages that anyone's cache may hold carry no token; only a form of this site may post
@require_POST
def remember_view(request: HttpRequest) -> HttpResponse:
    """Keep whether topics fold stories as the reader's choice, and go back."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or not _is_own_origin(request):
        raise PermissionDenied
    view, back = request.POST.get("view", ""), request.POST.get("next", "")
    if view not in VIEWS:
        return HttpResponseBadRequest("view: articles or stories")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    response = redirect(back if own else "/")
    remember(response, replace(choices_of(request), view=view), request.is_secure())
    return response


def _is_own_origin(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


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
