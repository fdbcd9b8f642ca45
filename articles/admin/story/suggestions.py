"""The work list of the story desk: stories of some days that may be two, and those that may be one with another."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from articles.editorial.stories.suggestions import KINDS, WINDOW, newest_time, suggest
from articles.text.parameters import day_from, text_from

MAX_QUERY = 200
DAY = dt.timedelta(days=1)


def suggestions_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show what is proposed for the days that are asked for, by default those before the newest article."""
    first, last = days_asked_for(request)
    text, kind = text_from(request.GET.get("q"), MAX_QUERY), request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    found = suggest(_start(first), _start(last + DAY), text, kind)
    context |= {
        "title": _("Suggestions"),
        "first": first,
        "last": last,
        "text": text,
        "kind": kind,
        "earlier": f"?{urlencode(_earlier(first, text, kind))}",
        "joins": found.joins,
        "splits": found.splits,
        "shown": len(found.splits) + len(found.joins),
        "total": found.total,
        "all_looked_at": found.all_looked_at,
        "here": request.get_full_path(),
    }
    return render(request, "admin/articles/story/suggestions.html", context)


def days_asked_for(request: HttpRequest) -> tuple[dt.date, dt.date]:
    """Return the first and the last day in the address: without them, the last fortnight of the site."""
    last = day_from(request.GET.get("until")) or timezone.localtime(newest_time()).date()
    first = day_from(request.GET.get("from"))
    return (first if first and first <= last else last - WINDOW), last


def list_url() -> str:
    return reverse("admin:articles_story_suggestions")


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _earlier(first: dt.date, text: str, kind: str) -> dict[str, str]:
    values = {"from": f"{first - WINDOW - DAY:%Y-%m-%d}", "until": f"{first - DAY:%Y-%m-%d}", "q": text, "kind": kind}
    return {name: value for name, value in values.items() if value}
