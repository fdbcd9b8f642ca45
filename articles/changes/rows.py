"""Announces changes of topics, providers, their other names, and pins: rows that are not articles.

Bulk changes of such rows go through ``changing_rows``; signals call this module for single rows.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db.models import Model

from articles.changes.event import announce
from articles.changes.pipeline import touch_stories
from articles.db.locks import writing
from articles.models import Article, ArticleTopic, Pin, Provider, ProviderAlias, Topic, TopicAlias

# The columns that readers see; changes of other columns raise no event.
SHOWN: dict[type[Model], tuple[str, ...]] = {
    Topic: ("name", "slug", "shortname", "parent_id", "position", "description", "keywords", "hashtags", "images"),
    TopicAlias: ("topic_id", "slug"),
    Provider: ("name", "domain", "kind", "images", "own_images", "description"),
    ProviderAlias: ("provider_id", "domain"),
    Pin: ("article_id", "place", "starts", "ends", "reason"),
}
# Of these, the columns on cards of articles, and those that search and stories depend on.
ON_CARDS = {Topic: {"name", "slug"}, Provider: {"name", "domain", "kind", "images", "own_images"}}
JUDGED = {Topic: {"name"}, Provider: {"name", "domain", "kind"}}

Values = dict[str, Any]
Rows = Mapping[int, Values]


@contextmanager
def changing_rows(ids: Mapping[type[Model], Collection[int]]) -> Iterator[None]:
    """Compare rows before and after the block, which may create or delete them, and announce the differences.

    ``ids`` are by model; models that readers see nothing of are ignored.
    """
    seen = {model: its for model, its in ids.items() if model in SHOWN and its}
    with writing() if seen else nullcontext():
        before = {model: shown_rows(model, its) for model, its in seen.items()}
        yield
        for model, its in seen.items():
            rows_changed(model, before[model], shown_rows(model, its))


def shown_rows(model: type[Model], ids: Collection[int]) -> Rows:
    """Return the values of SHOWN of the existing rows, by id."""
    names = SHOWN[model]
    if not ids:
        return {}
    found = model._base_manager.filter(pk__among=set(ids)).order_by().values_list("pk", *names)
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in found}


def shown_of(row: Model) -> Rows:
    """Return the same for a model instance."""
    return {row.pk: {name: getattr(row, name) for name in SHOWN[type(row)]}}


def rows_changed(model: type[Model], before: Rows, after: Rows) -> None:
    """Announce differences between old and new rows, and update stories and search."""
    changed = [pk for pk in before.keys() | after.keys() if before.get(pk) != after.get(pk)]
    if not changed:
        return
    named = [rows[pk] for rows in (before, after) for pk in changed if pk in rows]
    with writing():
        if model is Pin:
            announce(articles={row["article_id"] for row in named}, pins=True)
        elif model is TopicAlias:
            announce(topics={row["topic_id"] for row in named}, catalogue=True)
        elif model is ProviderAlias:
            announce(providers={row["provider_id"] for row in named}, catalogue=True)
        elif model is Topic:
            # Pages of topics show the topics above and below.
            parents = {row["parent_id"] for row in named if row["parent_id"]}
            announce(topics={*changed, *parents}, catalogue=True)
            _articles_follow(Topic, before, after)
        else:
            announce(providers=changed, catalogue=True)
            _articles_follow(Provider, before, after)


def _articles_follow(model: type[Topic] | type[Provider], before: Rows, after: Rows) -> None:
    """Announce the articles whose cards change, and update stories and search where they depend on the row."""
    differing = {
        pk: {name for name, value in before[pk].items() if after[pk][name] != value}
        for pk in before.keys() & after.keys()
    }
    judged = {pk for pk, names in differing.items() if names & JUDGED[model]}
    shown = {pk for pk, names in differing.items() if names & ON_CARDS[model]} - judged
    if judged:
        touch_stories(_articles_of(model, judged))
    if shown:
        announce(articles=_articles_of(model, shown))


def _articles_of(model: type[Topic] | type[Provider], ids: Collection[int]) -> set[int]:
    if model is Topic:
        return set(ArticleTopic.objects.filter(topic__among=ids).values_list("article_id", flat=True))
    return set(Article.objects.filter(provider__among=ids).order_by().values_list("pk", flat=True))
