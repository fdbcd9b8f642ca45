"""Rows as plain values: how editors' changes are compared, stored and restored.

An edit is recorded in three places: ``edited`` has the file's value, for imports and
exports; an action has each row before and after, for undo; a version has the row after it, for restoring it. All
three store values as ``plain`` makes them and ``from_plain`` reads them, of the columns that are listed here.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from django.db import models

from articles.content.identity import topic_key
from articles.models.article import Article, ArticleTopic
from articles.models.fields import StoredField
from articles.models.pin import Pin
from articles.models.provider import Provider
from articles.models.story import StoryDecision, StoryLead
from articles.models.thread import ThreadDecision, ThreadName
from articles.models.topic import Topic, TopicAlias

Row = dict[str, Any]
Rows = dict[int, Row]

# The models with versions.
VERSIONED: tuple[type[models.Model], ...] = (
    Article, Topic, Provider, StoryDecision, StoryLead, ThreadDecision, ThreadName, Pin,
)  # fmt: skip

# Columns that are derived from others, or from the article's story: they are not restored.
DERIVED: dict[type[models.Model], set[str]] = {
    Article: {"listed_from", "tie", "updated_at"},
    ArticleTopic: {"listed_from", "folded_from", "tie"},
    Topic: {"key"},
    TopicAlias: {"key"},
}
# Columns of an article that no form shows: the import writes them, or they describe how a draft was made.
UNSEEN = {
    "is_reference", "source_path", "folder_id", "file_digest", "file_stamp", "file_missing", "exported_digest",
    "provider_said", "own_images", "secured", "extra", "drafted_by_id", "preview_number",
}  # fmt: skip


def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """Return the columns of a model that editors change, by attribute name."""
    skipped = DERIVED.get(model, set()) | (UNSEEN if model is Article else set())
    fields = model._meta.concrete_fields
    return tuple(each.attname for each in fields if not each.primary_key and each.attname not in skipped)


# -- Values ------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """Return a column's value as JSON can store it."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


def from_plain(model: type[models.Model], name: str, value: Any) -> Any:
    """Return a column's value from what ``plain`` made of it; of JSON values, only what is still valid.

    Values of other fields, such as a list of topics' names, are returned unchanged.
    """
    column = _columns_by_name(model).get(name)
    if column is None or value is None or column.is_relation:
        return value
    return column.stored.usable(value) if isinstance(column, StoredField) else column.to_python(value)


@cache
def _columns_by_name(model: type[models.Model]) -> dict[str, Any]:
    return {each.attname: each for each in model._meta.concrete_fields}


# -- Rows --------------------------------------------------------------------------------


def rows_of(model: type[models.Model], columns: Iterable[str], **where: Any) -> Rows:
    """Return the plain values of the rows that a filter finds, by id."""
    names = list(columns)
    found = model._base_manager.filter(**where).order_by().values_list("pk", *names)
    return {row[0]: dict(zip(names, map(plain, row[1:]), strict=True)) for row in found.iterator()}


def restored(model: type[models.Model], row: Mapping[str, Any]) -> Row:
    """Return a row's values as the model has them, from plain ones, without columns that no longer exist."""
    known = _columns_by_name(model)
    values = {name: from_plain(model, name, value) for name, value in row.items() if name in known}
    if model in (Topic, TopicAlias) and "name" in values:
        # How names are compared may have changed since.
        values["key"] = topic_key(values["name"]) or None
    return values


def version_values(model: Any, ids: Collection[int]) -> list[Row]:
    """Return the values for new versions of rows, as the rows are now."""
    columns = [each.attname for each in model.history.model.tracked_fields]
    return list(model._base_manager.filter(pk__among=set(ids)).order_by().values(*columns))


def version_values_of(model: Any, rows: Mapping[int, Mapping[str, Any]]) -> list[Row]:
    """Return the values for versions of deleted rows, from their former plain values."""
    # An action does not store all columns of an article, and not all may be null.
    unseen = {each.attname: each.get_default() for each in model.history.model.tracked_fields}
    values = [{"id": pk, **restored(model, row)} for pk, row in rows.items()]
    return [{name: row.get(name, unseen[name]) for name in unseen} for row in values]
