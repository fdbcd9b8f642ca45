"""The page of one article."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article, Tombstone
from articles.models.querysets import THREAD
from articles.pages import structured_data
from articles.pages.addresses import article_called, moved_to
from articles.pages.cached import cached_page
from articles.pages.cards import Card, RelatedItem, card_from, related_items
from articles.pages.headlines import headlines_before
from articles.pages.neighbours import neighbours_of, steps_in
from articles.pages.shown import ANYTHING, CATALOGUE, shows, shows_articles
from articles.pages.social import picture_or_card, social
from articles.pages.story_coverage import accounts_from, one_per_provider
from articles.pages.story_lines import StoryLine, has_story_page
from articles.pages.threads import NEAR, surroundings
from articles.preferences.personalise import Reader, for_reader, personalised, reader_of
from articles.text.parameters import day_of
from articles.text.reading import minutes_to_read
from articles.views.old_addresses import page_of
from articles.views.pages import full_text, render_page, site_of

MORE_PROVIDERS = 5  # beside an article, before the rest is folded
MORE_ACCOUNTS = 60
UPDATED_AFTER = dt.timedelta(minutes=10)


@cached_page("show")
@require_safe
def article(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    date = day_of(year, month, day)
    if date is None:
        raise Http404("no such date")
    row = Article.objects.page_row(date, slug)
    if row is None:
        return elsewhere(request, date, slug)
    shows_articles([row["id"]])
    if row["removed"] or row["file_missing"]:
        shows(CATALOGUE)
        return render(request, "410.html", status=410)
    if not row["listed"]:
        raise Http404("not listed")
    context = article_context(request, row)
    return render_page(request, "article.html", context | about_article(request, context["article"], row))


def elsewhere(request: HttpRequest, date: dt.date, slug: str) -> HttpResponse:
    """Lead to the article that an address means; 410 for that of one that was cleaned up, and else Http404."""
    path = article_called(date, slug)
    # Another article's file may name the address as one that it had.
    if path or not Tombstone.objects.had_address(date, slug) or page_of(request.path_info):
        return moved_to(request, path)
    shows(ANYTHING, CATALOGUE)
    return render(request, "articles/cleaned_up.html", status=410)


def about_article(request: HttpRequest, card: Card, row: dict[str, Any]) -> dict[str, Any]:
    """Return what an article's page tells programs."""
    base, published = site_of(request), card.published_date_time.isoformat()
    above = [(topic.name, topic.url) for topic in card.topics[:1]]
    path = [(_("Topics"), reverse("topic_list")), *above, (card.title, card.url)]
    data = structured_data.article(base, card, row["updated_at"]), structured_data.breadcrumbs(base, *path)
    picture = picture_or_card(card.image, "article", row["id"], card.title, card.provider.name)
    shared = social(base, "article", card.title, card.excerpt, picture, published)
    return {"structured": structured_data.block(*data), "social": shared}


def article_context(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    """Return what an article's page shows, from its ``page_row``."""
    reader = reader_of(request)
    card = personalised(card_from(row), reader)
    others = other_accounts(row)
    around = surroundings(row["member__story_id"], NEAR, reader.chosen_filter.topics_of) if row.get(THREAD) else None
    nearest = around.related(card.published_date_time) if around else []
    related, hidden = for_reader(nearest or related_of(row, reader, without={each["id"] for each in others}), reader)
    # Nothing is before or after what is not listed, such as drafts.
    neighbours = neighbours_of(row, reader.hidden_among) if row.get("listed") else []
    coverage = more_on_story(card.story, others, reader, steps_in(neighbours)) if card.story else None
    return {
        "thread": around.line() if around and not others else None,
        "article": card,
        "updated": updated_of(row),
        "headlines": headlines_before(card.title, card.published_date_time, row.get("earlier_titles_json")),
        **(texts := full_text(row)),
        "minutes": 0 if card.source_url else minutes_to_read(texts["body_html"]),
        "related": related,
        "related_hidden": hidden,
        "neighbours": neighbours,
        # Those of the story are marked where its other accounts are, so that no link is there twice.
        "around": [each for each in neighbours if not coverage or each.topic],
        "coverage": coverage,
    }


def updated_of(row: dict[str, Any]) -> dt.datetime | None:
    """Return when an article was changed, if that was not while it was being published."""
    updated: dt.datetime | None = row.get("updated_at")  # drafts have none
    return updated if updated and updated - row["published_date_time"] >= UPDATED_AFTER else None


def other_accounts(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return rows of the other accounts of an article's story, best first."""
    if not has_story_page(row):
        return []
    return list(Article.objects.accounts_of(row["member__story_id"]).exclude(id=row["id"])[:MORE_ACCOUNTS])


def related_of(row: dict[str, Any], reader: Reader, without: Collection[int]) -> list[RelatedItem]:
    """Return links to an article's related articles, without those that the page shows or hides as accounts."""
    rows = [each for each in Article.objects.related_to(row["id"]) if each["id"] not in without]
    return related_items(rows, row["member__story_id"], reader.chosen_filter.topics_of([each["id"] for each in rows]))


def more_on_story(
    line: StoryLine, rows: Sequence[dict[str, Any]], reader: Reader, steps: Mapping[str, str]
) -> dict[str, Any]:
    """Return the other accounts of an article's story: the best of each provider, the rest folded.

    ``steps`` says which are the article's neighbours, by address: "earlier" or "later". They are not folded.
    """
    accounts = accounts_from(rows, reader.chosen_filter.topics_of([each["id"] for each in rows]))
    seen, hidden = for_reader(accounts, reader)
    shown, folded = one_per_provider(seen, MORE_PROVIDERS)
    shown += [each for each in folded if each.item.url in steps]
    return {
        "url": line.url,
        "size": line.more + 1,
        "shown": [(each, steps.get(each.item.url, "")) for each in shown],
        "folded": [each for each in folded if each.item.url not in steps],
        "hidden": hidden,
    }
