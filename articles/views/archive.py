"""The archive: all articles by month."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.pages.archive import MonthListing, archive_months
from articles.pages.cached import cached_page
from articles.pages.cards import TopicLink, cards_for
from articles.pages.kickers import common_topics
from articles.pages.paging import articles_page
from articles.pages.shown import LISTINGS, shows
from articles.preferences.choices import choices_of
from articles.preferences.personalise import for_reader, reader_of
from articles.preferences.visits import since_last_visit
from articles.text.dates import written
from articles.text.parameters import day_from, day_of
from articles.views.pages import about_listing, render_page


@cached_page("day")
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    shows(LISTINGS)
    listed = archive_months()
    day = day_from(request.GET.get("day"))
    if day and listed:
        return redirect(_address_of(day, [month for month, _ in listed]))
    years: dict[int, list[TopicLink]] = {}
    for month, count in listed:
        years.setdefault(month.year, []).append(_month_link(month, "F", count))
    context = {
        "years": [
            {"year": year, "count": sum(month.count or 0 for month in months), "months": months}
            for year, months in years.items()
        ]
    }
    urls = [month.url for months in years.values() for month in months]
    return render_page(request, "archive.html", context | about_listing(request, _("Archive"), urls))


@cached_page("page", "show")
@require_safe
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    first = day_of(year, month)
    if first is None:
        raise Http404("no such month")
    shows(LISTINGS)
    listing = MonthListing(first)
    if not listing.count:
        raise Http404("no articles in this month")
    page = articles_page(request, listing)
    earlier, later = listing.neighbours()
    cards, hidden = for_reader(cards_for(list(page)), reader_of(request))
    context: dict[str, Any] = {
        "month_name": written(first, "F Y"),
        "page": page,
        "cards": cards,
        "omitted": common_topics(cards),
        "hidden": hidden,
        "seen": since_last_visit(cards, choices_of(request)),
        "previous_month": _month_link(earlier) if earlier else None,
        "next_month": _month_link(later) if later else None,
    }
    urls = [card.url for card in cards]
    about = about_listing(request, context["month_name"], urls, (_("Archive"), reverse("archive")))
    return render_page(request, "archive_month.html", context | about, page.url)


def _address_of(day: dt.date, months: list[dt.date]) -> str:
    """Return the address of the page where a day begins; without articles then, where those before it do.

    ``months`` are the first days of those with articles, newest first; a day before all of them leads to the first.
    """
    earlier = [month for month in months if month <= day]
    month = earlier[0] if earlier else months[-1]
    number = MonthListing(month).newer_than(day) // settings.PAGE_SIZE + 1 if earlier else 1
    url = _month_link(month).url
    return f"{url}?page={number}" if number > 1 else url


def _month_link(month: dt.date, pattern: str = "F Y", count: int | None = None) -> TopicLink:
    url = reverse("archive_month", args=[f"{month.year:04d}", f"{month:%m}"])
    return TopicLink(written(month, pattern), url, count)
