"""The page of one article."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.cards import card_from, related_items, story_line, topics_of
from articles.coverage import accounts_from, one_per_provider
from articles.models import Article
from articles.views.pages import full_text, render_page

MORE_PROVIDERS = 5  # beside an article, before the rest is folded
MORE_ACCOUNTS = 60


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
    return render_page(request, "article.html", article_context(request, row))


def article_context(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    """Return what an article's page shows, from its ``page_row``."""
    card = card_from(row, topics_of([row["id"]]).get(row["id"], []))
    return {
        "article": card,
        **full_text(row),
        "image_absolute_url": request.build_absolute_uri(card.image.url) if card.image else "",
        "related": related_items(Article.objects.related_to(row["id"]), row["member__story_id"]),
        "coverage": more_on_story(row),
    }


def more_on_story(row: dict[str, Any]) -> dict[str, Any] | None:
    """Return the other accounts of an article's story: the best of each provider, the rest folded."""
    line = story_line(row)
    if line is None:
        return None
    rows = Article.objects.accounts_of(row["member__story_id"]).exclude(id=row["id"])[:MORE_ACCOUNTS]
    shown, folded = one_per_provider(accounts_from(rows), MORE_PROVIDERS)
    return {"url": line.url, "size": line.more + 1, "shown": shown, "folded": folded}
