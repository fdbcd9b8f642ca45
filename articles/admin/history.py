"""The history of a row: the actions and imports that touched it, with readable differences."""

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.admin.text_diff import Part, parts_of
from articles.editorial.versions import restorable
from articles.models import Action, Article, ArticleTopic, ImportChange, ImportRun, RelatedLink, StoryDecision
from articles.models.snapshots import plain
from articles.text.rendering import plain_text

PAGE = 30
HIDDEN = {
    "edited", "conflicts", "secured", "extra", "provider_said", "source_path", "key", "entry_id", "file_digest", "file_stamp",
}  # fmt: skip
LISTS: dict[type[Model], tuple[str, str]] = {
    ArticleTopic: ("topic_id", "topics"),
    RelatedLink: ("target_id", "related articles"),
}
NAME_FIELDS = ("name", "title", "reason")


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference in one field, for display."""

    label: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Entry:
    """An action or import in the history of a row."""

    time: dt.datetime
    who: str
    summary: str
    reason: str = ""
    differences: list[Difference] = field(default_factory=list)
    action: Action | None = None
    run: ImportRun | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A row as it was after an action, and its differences from now."""

    row: Any
    who: str
    differences: list[Difference]


def history_of(model: type[Model], pk: int, start: int = 0) -> tuple[list[Entry], bool]:
    """Return a page of the actions and imports that touched a row, newest first, and whether there are more."""
    label, end = model._meta.label_lower, start + PAGE + 1
    actions = Action.objects.filter(targets__label=label, targets__object_id=pk).select_related("user", "undone_by")
    runs = ImportChange.objects.filter(article_id=pk).select_related("run") if model is Article else ()
    found: list[tuple[dt.datetime, Any]] = [(each.time, each) for each in actions.order_by("-id")[:end]]
    found += [(each.run.started, each) for each in (runs.order_by("-run", "-id")[:end] if runs else ())]
    found.sort(key=lambda item: item[0], reverse=True)
    page = [each for _, each in found[start : start + PAGE]]
    owners = articles_of_links(each for each in page if isinstance(each, Action))
    changes = {id(each): _changes(each, model, pk, owners) for each in page}
    names = names_of(changes.values())
    versions = _versions(model, pk, [each for each in page if isinstance(each, Action)])
    entries = [_entry(each, model, changes[id(each)], names, versions) for each in page]
    return entries, len(found) > start + PAGE


def version_of(model: Any, pk: int, version: int) -> Version | None:
    """Return a version of a row with the differences that going back to it would make."""
    found = model.history.filter(id=pk, history_id=version).select_related("history_user").first()
    now = model._base_manager.filter(pk=pk).first()
    if found is None or now is None:
        return None
    changes = {name: (getattr(now, name), value) for name, value in restorable(model, found).items()}
    changes = {name: (plain(old), plain(new)) for name, (old, new) in changes.items() if old != new}
    return Version(
        found, str(found.history_user or _("schedule")), differences_of(model, changes, names_of([(model, changes)]))
    )


Changes = Mapping[str, tuple[Any, Any]]


Owners = Mapping[tuple[str, int], int]


def articles_of_links(actions: Iterable[Action]) -> Owners:
    """Return the articles of the topics and related links that actions changed, by label and id of the link.

    A changed link names no article: those that still exist are looked up, in one query for each model.
    """
    owners: dict[tuple[str, int], int] = {}
    changed: dict[type[Model], set[int]] = defaultdict(set)
    for action in actions:
        for model in LISTS:
            label = model._meta.label_lower
            changed[model].update(map(int, action.changed.get(label, {})))
            for part in (action.created, action.deleted):
                owners |= {(label, int(pk)): row["article_id"] for pk, row in part.get(label, {}).items()}
    for model, ids in changed.items():
        rows = model._base_manager.filter(pk__among=ids).values_list("pk", "article_id") if ids else ()
        owners |= {(model._meta.label_lower, pk): article for pk, article in rows}
    return owners


def _changes(entry: Action | ImportChange, model: type[Model], pk: int, owners: Owners) -> tuple[type[Model], Changes]:
    """Return what an action or import changed in a row: before and after by column, with lists of ids for linked rows."""
    if isinstance(entry, ImportChange):
        return model, {name: (old, new) for name, (old, new) in entry.changed.items()}
    label, key = model._meta.label_lower, str(pk)
    changes = {name: (old, new) for name, (old, new) in entry.changed.get(label, {}).get(key, {}).items()}
    changes |= {name: (None, value) for name, value in entry.created.get(label, {}).get(key, {}).items() if value}
    changes |= {name: (value, None) for name, value in entry.deleted.get(label, {}).get(key, {}).items() if value}
    if model is Article:
        changes |= list_changes(entry, pk, owners)
    return model, {name: pair for name, pair in changes.items() if name not in HIDDEN}


def list_changes(action: Action, pk: int, owners: Owners) -> dict[str, tuple[Any, Any]]:
    """Return what an action changed in the lists of an article: the ids that went, and those that came, by column."""
    changes: dict[str, tuple[Any, Any]] = {}
    for linked, (column, _name) in LISTS.items():
        label = linked._meta.label_lower
        gone = [row[column] for row in action.deleted.get(label, {}).values() if row["article_id"] == pk]
        new = [row[column] for row in action.created.get(label, {}).values() if row["article_id"] == pk]
        for link, row in action.changed.get(label, {}).items():
            if column in row and owners.get((label, int(link)), pk) == pk:
                gone.append(row[column][0])
                new.append(row[column][1])
        if gone or new:
            changes[column] = (gone, new)
    decision = StoryDecision._meta.label_lower
    for part, is_new in ((action.created, True), (action.deleted, False)):
        for row in part.get(decision, {}).values():
            if row["article_id"] == pk:
                value = row["joins_id"] or _("a story of its own")
                changes["joins_id"] = (None, value) if is_new else (value, None)
    return changes


def _targets(model: type[Model]) -> dict[str, type[Model]]:
    """Return the models that the foreign keys of a model and of its lists refer to."""
    targets = {each.attname: each.remote_field.model for each in model._meta.concrete_fields if each.remote_field}
    if model is Article:
        others: tuple[type[Model], ...] = (*LISTS, StoryDecision)
        for linked in others:
            targets |= _targets(linked)
    return targets


def names_of(changes: Iterable[tuple[type[Model], Changes]]) -> dict[tuple[type[Model], int], str]:
    """Return the names of all rows that changes refer to, in one query for each model.

    Rows that are gone are called as in their last version, which takes another query.
    """
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for model, each in changes:
        targets = _targets(model)
        for name in each.keys() & targets.keys():
            for value in each[name]:
                wanted[targets[name]].update(
                    v for v in (value if isinstance(value, list) else [value]) if isinstance(v, int)
                )
    names: dict[tuple[type[Model], int], str] = {}
    for model, ids in wanted.items():
        column = next((each for each in NAME_FIELDS if each in {f.name for f in model._meta.fields}), "pk")
        rows = dict(model._base_manager.filter(pk__among=ids).values_list("pk", column)) if ids else {}
        rows = _last_names(model, ids - rows.keys(), column) | rows
        names |= {(model, pk): plain_text(str(name)) for pk, name in rows.items()}
    return names


def _last_names(model: Any, ids: set[int], column: str) -> dict[int, str]:
    if not ids or not hasattr(model, "history") or column == "pk":
        return {}
    return dict(model.history.filter(id__among=ids).order_by("history_id").values_list("id", column))


def differences_of(
    model: type[Model], changes: Changes, names: Mapping[tuple[type[Model], int], str]
) -> list[Difference]:
    """Return changes as differences for display, in the order of the model's fields."""
    targets = _targets(model)
    labels = {each.attname: str(each.verbose_name) for each in model._meta.concrete_fields}
    labels |= {column: str(name) for column, name in LISTS.values()} | {
        "joins_id": _("story"),
        "topics": _("topics"),
        "related": _("related articles"),
    }
    order = [*labels]
    differences = []
    for name in sorted(changes, key=lambda name: order.index(name) if name in order else len(order)):
        old, new = (display_value(without_mark(name, value), targets.get(name), names) for value in changes[name])
        if old != new:
            differences.append(Difference(labels.get(name, name), parts_of(old, new)))
    return differences


def without_mark(name: str, value: Any) -> Any:
    """Return a plain value; None for the heat -1, by which files mark articles that do not lead their story."""
    return None if name == "heat" and value == -1 else value


def display_value(value: Any, target: type[Model] | None, names: Mapping[tuple[type[Model], int], str]) -> str:
    """Return a plain value for display."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if target and isinstance(value, list):
        return ", ".join(display_value(each, target, names) for each in value)
    if target and isinstance(value, int):
        return names.get((target, value), f"#{value}")
    if isinstance(value, str):
        time = parse_datetime(value) if re.match(r"\d{4}-\d\d-\d\dT\d\d:", value) else None
        return date_format(timezone.localtime(time), "DATETIME_FORMAT") if time else plain_text(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return str(value) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False, indent=1)


def _versions(model: Any, pk: int, actions: list[Action]) -> dict[int, int]:
    """Return the ids of the versions of a row by action id."""
    if not actions or not hasattr(model, "history"):
        return {}
    rows = model.history.filter(id=pk, action__among=[each.pk for each in actions]).exclude(history_type="-")
    return dict(rows.values_list("action_id", "history_id"))


def _entry(
    entry: Action | ImportChange,
    model: type[Model],
    changes: tuple[type[Model], Changes],
    names: Mapping[tuple[type[Model], int], str],
    versions: Mapping[int, int],
) -> Entry:
    differences = differences_of(model, changes[1], names)
    if isinstance(entry, ImportChange):
        return Entry(entry.run.started, _("import"), _("Changed by its file"), differences=differences, run=entry.run)
    who = str(entry.user) if entry.user else _("schedule")
    return Entry(entry.time, who, entry.summary, entry.reason, differences, entry, version=versions.get(entry.pk))
