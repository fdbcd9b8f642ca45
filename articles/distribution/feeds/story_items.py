"""The feed of one story: an item when an independent provider joins, when editors choose a lead, and when it ends.

Further accounts of a provider, and copies, are no items: who follows a story is told only what is new about it.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.distribution.feeds.items import SIZE, Absolute
from articles.distribution.feeds.records import Item, urn
from articles.models import Article, Story, StoryLead
from articles.models.visibility import has_come
from articles.pages.links import source_url
from articles.pages.shown import shows_age_until, shows_articles, shows_story
from articles.stories.facts import StoryRules, originals
from articles.stories.likeness import WINDOW
from articles.text.rendering import plain_text

ENDS_AFTER = dt.timedelta(hours=WINDOW)  # without a new account: a later article tells of another event


class StoryFeed(NamedTuple):
    """A story's title, path and items, newest first."""

    title: str
    path: str
    items: list[Item]


def story_feed(pk: int, absolute: Absolute) -> StoryFeed | None:
    """Return the feed of a story, or of the one that it became a part of; None if it has no page."""
    found = Story.objects.select_related("merged_into__lead", "lead").filter(pk=pk).first()
    story = found and (found.merged_into or found)
    if story is None or story.lead is None or not has_come(story.listed_from):
        return None
    shows_story(story.pk)
    rows = list(Article.objects.accounts_of(story.pk))
    shows_articles(row["id"] for row in rows)
    path = story.get_absolute_url()
    url = absolute(path)
    items = [_joined(row, url) for row in first_of_providers(rows)] + _chosen_leads(rows, story.pk, url)
    if (end := _end(story, rows)) is not None:
        items.append(_ended(story, rows, end, url))
    items.sort(key=lambda item: (item.published, item.id), reverse=True)
    title = f"{plain_text(story.lead.title)} · {settings.SITE_NAME}"
    return StoryFeed(title, path, items[:SIZE])


def first_of_providers(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first independent account of each provider."""
    accounts = [(str(row["published_date_time"]), row["tie"], row["provider_id"], row["title"]) for row in rows]
    independent = set(originals(accounts, StoryRules.current()))
    first: dict[int, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["published_date_time"], row["tie"])):
        if row["tie"] in independent:
            first.setdefault(row["provider_id"], row)
    return list(first.values())


def _joined(row: dict[str, Any], url: str) -> Item:
    title = f"{plain_text(row['provider__name'])}: {plain_text(row['title'])}"
    return _item(row, urn("story account", row["id"]), url, row["published_date_time"], title)


def _chosen_leads(rows: Sequence[dict[str, Any]], story: int, url: str) -> list[Item]:
    by_id = {row["id"]: row for row in rows}
    words = _("Editors' choice: %s")
    versions: Any = StoryLead.history
    chosen = versions.filter(article_id__among=list(by_id), history_type__in=("+", "~")).order_by("history_id")
    return [
        _item(by_id[article], urn("story lead", story, number), url, time, words % plain_text(by_id[article]["title"]))
        for number, article, time in chosen.values_list("history_id", "article_id", "history_date")
    ]


def _end(story: Story, rows: Sequence[dict[str, Any]]) -> dt.datetime | None:
    """Return when the story has ended, or None while it goes on."""
    last = max((row["published_date_time"] for row in rows), default=story.listed_from)
    if last is None:
        return None
    end: dt.datetime = last + ENDS_AFTER
    if end > timezone.now():
        shows_age_until(end)
        return None
    return end


def _ended(story: Story, rows: Sequence[dict[str, Any]], end: dt.datetime, url: str) -> Item:
    providers = len({row["provider_id"] for row in rows})
    summary = ngettext("%(n)d provider reported it.", "%(n)d providers reported it.", providers) % {"n": providers}
    return Item(
        id=urn("story end", story.pk, end.isoformat()),
        title=_("No news for three days: %s") % plain_text(story.lead.title if story.lead else ""),
        url=url,
        external_url="",
        summary=summary,
        published=end,
        updated=end,
        provider=settings.SITE_NAME,
        provider_url="",
    )


def _item(row: dict[str, Any], name: str, url: str, time: dt.datetime, title: str) -> Item:
    return Item(
        id=name,
        title=title,
        url=url,
        external_url=source_url(row),
        summary="",
        published=time,
        updated=time,
        provider=plain_text(row["provider__name"]),
        provider_url="",
    )
