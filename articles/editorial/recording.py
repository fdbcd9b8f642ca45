"""Editors' actions, recorded with all they change.

``recording`` compares the rows it is asked to watch before and after an action. The differences become one
``Action``, and a version of each changed row (django-simple-history). Rows are compared and stored as plain
values, by column; undo.py restores them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

from articles.db.bulk import insert_new, insert_tuples
from articles.db.locks import writing
from articles.models import (
    Action,
    ActionTarget,
    Article,
    ArticleTopic,
    RelatedLink,
    StoryDecision,
    StoryLead,
    ThreadDecision,
    ThreadName,
)
from articles.models.snapshots import (
    VERSIONED,
    Row,
    Rows,
    columns_of,
    rows_of,
    version_values,
    version_values_of,
)

# What belongs to one article, and is shown in its history.
OF_ARTICLES: tuple[type[models.Model], ...] = (
    ArticleTopic, RelatedLink, StoryDecision, StoryLead, ThreadDecision, ThreadName,
)  # fmt: skip


@dataclass(slots=True)
class Watch:
    """The rows of a model that a filter finds, with their values before the action."""

    model: type[models.Model]
    where: dict[str, Any]
    columns: tuple[str, ...]
    before: Rows

    def look(self) -> Rows:
        found = rows_of(self.model, self.columns, **self.where)
        # A row that no longer matches the filter may still exist, with other values.
        left = self.before.keys() - found.keys()
        return found | (rows_of(self.model, self.columns, pk__among=left) if left else {})


@dataclass(slots=True)
class Recorder:
    """Collects what to record during an action; ``action`` is set afterwards if anything changed."""

    user: Any
    kind: str
    summary: str
    reason: str = ""
    part_of: Action | None = None
    action: Action | None = None
    watches: list[Watch] = field(default_factory=list)
    made: dict[type[models.Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    subjects: set[tuple[str, int]] = field(default_factory=set)

    def watch(self, model: type[models.Model], columns: Iterable[str] = (), **where: Any) -> None:
        """Compare the rows that ``where`` finds before and after; ``columns`` limits the comparison."""
        names = tuple(columns) or columns_of(model)
        self.watches.append(Watch(model, where, names, rows_of(model, names, **where)))

    def watch_articles(self, ids: Collection[int], columns: Iterable[str] = ()) -> None:
        """Compare articles and, unless only some ``columns`` matter, their topics, links and decisions."""
        ids = set(ids)
        self.watch(Article, columns, pk__among=ids)
        if not columns:
            for model in OF_ARTICLES:
                self.watch(model, article__among=ids)

    def add_new(self, row: models.Model) -> None:
        """Record that the action created this row."""
        self.made[type(row)].add(row.pk)

    def about(self, row: models.Model) -> None:
        """Show the action in the history of ``row``, too, whether it changes or not."""
        self.subjects.add((row._meta.label_lower, row.pk))


def show_in_history(action: Action, rows: Iterable[models.Model]) -> None:
    """Show an action in the histories of ``rows`` that were created only after it, too."""
    known = set(action.targets.values_list("label", "object_id"))
    labels = {(row._meta.label_lower, row.pk) for row in rows}
    ActionTarget.objects.bulk_create(
        ActionTarget(action=action, label=label, object_id=pk) for label, pk in sorted(labels - known)
    )


@contextmanager
def recording(
    user: Any, kind: str, summary: str, reason: str = "", part_of: Action | None = None
) -> Iterator[Recorder]:
    """Record what happens inside as one action of ``user`` (None: a schedule's), in one transaction.

    ``kind`` is a short fixed word, ``summary`` describes the action to editors; it may be a part of another one.
    """
    with writing():
        record = Recorder(user if getattr(user, "pk", None) else None, kind, summary[:300], reason[:200], part_of)
        yield record
        _finish(record)


def start_whole(user: Any, kind: str, summary: str, reason: str, about: Iterable[models.Model] = ()) -> Action:
    """Return a new action that is done in parts, each a ``recording``; it is in the histories of ``about``."""
    with writing():
        user = user if getattr(user, "pk", None) else None
        whole = Action.objects.create(user=user, kind=kind, summary=summary[:300], reason=reason[:200])
        show_in_history(whole, about)
    return whole


def _finish(record: Recorder) -> None:
    changed: dict[str, dict[int, dict[str, list[Any]]]] = defaultdict(dict)
    created: dict[str, Rows] = defaultdict(dict)
    deleted: dict[str, Rows] = defaultdict(dict)
    for watch in record.watches:
        label, after = watch.model._meta.label_lower, watch.look()
        for pk, row in after.items():
            if pk not in watch.before:
                record.made[watch.model].add(pk)
            elif differences := {
                name: [watch.before[pk][name], value] for name, value in row.items() if watch.before[pk][name] != value
            }:
                changed[label].setdefault(pk, {}).update(differences)
        deleted[label] |= {pk: row for pk, row in watch.before.items() if pk not in after}
    for model, ids in record.made.items():
        created[model._meta.label_lower] |= rows_of(model, columns_of(model), pk__among=ids)
    parts = [{label: rows for label, rows in part.items() if rows} for part in (changed, created, deleted)]
    if any(parts):
        _write(record, *parts)


def _write(
    record: Recorder, changed: Mapping[str, Any], created: Mapping[str, Rows], deleted: Mapping[str, Rows]
) -> None:
    action = Action.objects.create(
        user=record.user, kind=record.kind, summary=record.summary, reason=record.reason,
        changed=changed, created=created, deleted=deleted, part_of=record.part_of,
    )  # fmt: skip
    targets = record.subjects | set(_targets(changed, created, deleted))
    insert_tuples(ActionTarget, ["action_id", "label", "object_id"], [(action.pk, *each) for each in sorted(targets)])
    for model in VERSIONED:
        label = model._meta.label_lower
        _write_versions(model, action, "~", changed.get(label, {}))
        _write_versions(model, action, "+", created.get(label, {}))
        _write_versions(model, action, "-", deleted.get(label, {}), rows=deleted.get(label, {}))
    record.action = action


def _targets(*parts: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the subjects of an action: an article instead of its rows in other tables."""
    article = Article._meta.label_lower
    for part in parts:
        for label, rows in part.items():
            model = apps.get_model(label)
            if model in VERSIONED:
                yield from ((label, pk) for pk in rows)
            if model in OF_ARTICLES:
                ids = {row["article_id"] for row in rows.values() if isinstance(row.get("article_id"), int)}
                known = [
                    pk for pk, row in rows.items() if "article_id" not in row or isinstance(row["article_id"], list)
                ]
                ids.update(
                    model._base_manager.filter(pk__among=known).values_list("article_id", flat=True) if known else ()
                )
                yield from ((article, pk) for pk in ids)


def _write_versions(
    model: Any, action: Action, kind: str, ids: Collection[int], rows: Mapping[int, Row] | None = None
) -> None:
    """Write a version of each row as it is now, or of deleted ``rows`` as they were before."""
    if not ids:
        return
    found = version_values(model, ids) if rows is None else version_values_of(model, rows)
    common = {"action": action, "history_type": kind, "history_date": action.time, "history_user": action.user,
              "history_change_reason": action.summary}  # fmt: skip
    versions = model.history.model
    insert_new(versions, [versions(**row, **common) for row in found])
