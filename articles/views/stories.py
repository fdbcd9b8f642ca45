"""The page of one story."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from articles.models import Article, Story
from articles.models.visibility import has_come
from articles.pages import structured_data
from articles.pages.cached import cached_page
from articles.pages.cards import Card, card_from
from articles.pages.shown import shows_story
from articles.pages.social import picture_or_card, social
from articles.pages.story_coverage import (
    FOLDS,
    Account,
    accounts_from,
    best_account,
    first_report,
    groups_by,
    span_days,
    timeline_of,
)
from articles.pages.threads import surroundings
from articles.preferences.personalise import Reader, for_reader, personalised, reader_of
from articles.preferences.visits import last_visit
from articles.views.pages import full_text, render_page, site_of


@cached_page("by", "show")
@require_safe
def story(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    found = get_object_or_404(Story.objects.select_related("merged_into__lead", "lead", "thread_member"), pk=pk)
    found = found.merged_into or found
    if found.lead is None or found.listed_from is None or not has_come(found.listed_from):
        raise Http404("the story has no listed lead")
    # request.path is decoded, the story's address is not.
    if request.path != unquote(found.get_absolute_url()):
        return redirect(
            f"{found.get_absolute_url()}{'?' if request.GET else ''}{request.GET.urlencode()}", permanent=True
        )
    shows_story(found.pk)
    rows = list(Article.objects.accounts_of(found.pk))
    if len(rows) < 2:
        # Not a permanent redirect: the story may grow.
        return redirect(found.lead.get_absolute_url())
    reader = reader_of(request)
    topics = reader.chosen_filter.topics_of([row["id"] for row in rows])
    accounts, hidden = for_reader(accounts_from(rows, topics), reader)
    around = surroundings(found.pk, 1) if hasattr(found, "thread_member") else None
    opening = opening_of(accounts, found.lead.pk)
    fold = request.GET.get("by", "")
    fold = fold if fold in FOLDS else FOLDS[0]
    context = {
        "story": found,
        "hidden": hidden,
        "days": span_days(found.first or found.listed_from, found.last or found.listed_from),
        "best": best_account(accounts) if accounts else None,
        "first": first_report(accounts) if accounts else None,
        "fold": fold,
        "groups": groups_by(fold, [account for account in accounts if account.id != opening]),
        "timeline": timeline_of(accounts) if accounts else None,
        "thread": around.line() if around else None,
        "is_followed": str(found.pk) in reader.choices.followed_stories,
        "visit": last_visit(reader.choices),
        **opening_context(opening, reader),
    }
    context |= about_story(request, found, context["lead"], accounts)
    return render_page(request, "story.html", context, found.get_absolute_url())


def about_story(request: HttpRequest, found: Story, lead: Card | None, accounts: Sequence[Account]) -> dict[str, Any]:
    """Return what a story's page tells programs; nothing where the reader has hidden its articles."""
    if lead is None:
        return {}
    base, url = site_of(request), found.get_absolute_url()
    data = structured_data.story(base, url, lead.title, [account.item for account in accounts])
    picture = picture_or_card(lead.image, "story", found.pk, lead.title, lead.provider.name)
    shared = social(base, "article", lead.title, lead.excerpt, picture)
    return {"structured": structured_data.block(data), "social": shared}


def opening_of(accounts: Sequence[Account], lead_id: int) -> int | None:
    """Return the id of the article that opens the page: the lead, or the best other one if the reader has hidden it."""
    ids = [account.id for account in accounts if not account.item.is_external]
    return lead_id if lead_id in ids else next(iter(ids), None)


def opening_context(opening: int | None, reader: Reader) -> dict[str, Any]:
    if opening is None:
        return {"lead": None}
    row = Article.objects.lead_row(opening)
    lead = personalised(card_from(row), reader)
    return {"lead": lead, **full_text(row)}
