"""The page of one article."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.cards import RelatedItem, card_from, related_items, story_line, topics_of
from articles.coverage import accounts_from, one_per_provider
from articles.models import Article
from articles.models.article import article_url
from articles.parameters import day_of
from articles.personal import Reader, dressed, for_reader, reader_of
from articles.views.pages import full_text, moved_to, render_page

MORE_PROVIDERS = 5  # beside an article, before the rest is folded
MORE_ACCOUNTS = 60


@require_safe
def article(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    date = day_of(year, month, day)
    if date is None:
        raise Http404("no such date")
    row = Article.objects.page_row(date, slug)
    if row is None:
        known = Article.objects.address_like(date, slug)
        return moved_to(request, article_url(date, known) if known else None)
    if row["removed"] or row["file_missing"]:
        return render(request, "410.html", status=410)
    if not row["listed"]:
        raise Http404("not listed")
    return render_page(request, "article.html", article_context(request, row))


def article_context(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    """Return what an article's page shows, from its ``page_row``."""
    reader = reader_of(request)
    card = dressed(card_from(row, topics_of([row["id"]]).get(row["id"], [])), reader)
    related, hidden = for_reader(related_of(row, reader), reader)
    return {
        "article": card,
        **full_text(row),
        "image_absolute_url": request.build_absolute_uri(card.image.url) if card.image else "",
        "related": related,
        "related_hidden": hidden,
        "coverage": more_on_story(row, reader),
    }


def related_of(row: dict[str, Any], reader: Reader) -> list[RelatedItem]:
    rows = list(Article.objects.related_to(row["id"]))
    return related_items(rows, row["member__story_id"], reader.judge.topics_of([each["id"] for each in rows]))


def more_on_story(row: dict[str, Any], reader: Reader) -> dict[str, Any] | None:
    """Return the other accounts of an article's story: the best of each provider, the rest folded."""
    line = story_line(row)
    if line is None:
        return None
    rows = list(Article.objects.accounts_of(row["member__story_id"]).exclude(id=row["id"])[:MORE_ACCOUNTS])
    accounts = accounts_from(rows, reader.judge.topics_of([each["id"] for each in rows]))
    seen, hidden = for_reader(accounts, reader)
    shown, folded = one_per_provider(seen, MORE_PROVIDERS)
    return {"url": line.url, "size": line.more + 1, "shown": shown, "folded": folded, "hidden": hidden}
