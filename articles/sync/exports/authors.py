"""Finds the editors whose changes an export writes."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Model, Q

from articles.content.frontmatter import split
from articles.content.yaml.reader import FrontMatterError, load
from articles.models import Action, ActionTarget, Article, ArticleTopic, RelatedLink
from articles.sync.decisions import DECISION_FILES
from articles.sync.exports.change import Change
from articles.sync.exports.pending import Draft
from articles.sync.names import file_key

MISSING = object()


# Columns that editors change but that are in no file.
UNWRITTEN = frozenset({"edited", "conflicts", "is_draft", "publish_at", "unlist_at", "date", "slug"})


# -- Who changed what -------------------------------------------------------------


def who_changed(changes: Collection[Change], root: Path) -> dict[str, set[int]]:
    """Return the ids of the users whose changes are written, by path of the file."""
    editors: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        if change.draft:
            editors[change.path] = editors_of_draft(change.draft, root / change.path)
    paths: dict[int, str] = {}
    wanted: dict[int, set[str] | None] = {}
    for change in changes:
        if (article := change.article) is None:
            continue
        paths[article.pk] = change.path
        if change.old is None and article.source_path is None:
            wanted[article.pk] = None
            editors[change.path].update(filter(None, [article.drafted_by_id]))
        elif change.old is None:
            wanted[article.pk] = {file_key(name) for name in article.edited}
        else:
            wanted[article.pk] = changed_keys(change.old, change.new)
    for pk, users in editors_of(Article._meta.label_lower, wanted).items():
        editors[paths[pk]] |= users
    return editors


def editors_of_draft(draft: Draft, location: Path) -> set[int]:
    """Return the ids of the users who changed what a file of ``_data`` is about since it was last written."""
    # By time, since lists have no columns of their own, and decisions that were taken back have no rows.
    actions = Action.objects.filter(user__isnull=False)
    with suppress(OSError):
        actions = actions.filter(time__gt=dt.datetime.fromtimestamp(location.stat().st_mtime, dt.UTC))
    if draft.row is not None:
        actions = actions.filter(targets__label=draft.row._meta.label_lower, targets__object_id=draft.row.pk)
    else:
        actions = actions.filter(
            _about([each.model for file in DECISION_FILES if file.path == draft.path for each in file.lists])
        )
    return set(actions.values_list("user_id", flat=True))


def _about(models: Collection[type[Model]]) -> Q:
    """Return the condition that an action changed, created or deleted rows of these models."""
    condition = Q(pk__in=[])
    for model in models:
        label = model._meta.label_lower
        condition |= Q(changed__has_key=label) | Q(created__has_key=label) | Q(deleted__has_key=label)
    return condition


def changed_keys(old: str, new: str) -> set[str] | None:
    """Return the keys of front matter, or "body", in which two texts of a file differ; None if they cannot be read."""
    try:
        before, after = split(old), split(new)
        one, other = load(before.front_matter).value, load(after.front_matter).value
    except (FrontMatterError, yaml.YAMLError, ValueError):
        return None
    keys = {str(key) for key in one.keys() | other.keys() if one.get(key, MISSING) != other.get(key, MISSING)}
    return keys | ({"body"} if before.body != after.body else set())


def editors_of(label: str, wanted: Mapping[int, set[str] | None]) -> dict[int, set[int]]:
    """Return the ids of the users who changed rows of a model, by the rows' ids.

    Only actions that touched the row's ``wanted`` keys count (None: any), and only those since the row last agreed with
    its file, when ``edited`` was empty.
    """
    targets = ActionTarget.objects.filter(label=label, object_id__among=set(wanted)).order_by("-action_id")
    actions: dict[int, list[int]] = defaultdict(list)
    for pk, action in targets.values_list("object_id", "action_id"):
        actions[pk].append(action)
    ids = {action for each in actions.values() for action in each}
    by_id = Action.objects.only("user_id", "changed", "created", "deleted").in_bulk(ids)
    return {
        pk: set(_editors(label, pk, [by_id[action] for action in each], wanted[pk])) for pk, each in actions.items()
    }


def _editors(label: str, pk: int, actions: Iterable[Action], wanted: set[str] | None) -> Iterator[int]:
    for action in actions:  # the latest first
        touched = set(_touched(action, label, pk))
        if action.user_id is not None and touched and (wanted is None or touched & wanted):
            yield action.user_id
        before = action.changed.get(label, {}).get(str(pk), {}).get("edited", [True])[0]
        if not before or str(pk) in action.created.get(label, {}):
            return


def _touched(action: Action, label: str, pk: int) -> Iterator[str]:
    """Yield the keys of a row's file that an action changed."""
    columns = action.created.get(label, {}).get(str(pk)) or action.changed.get(label, {}).get(str(pk), {})
    yield from (file_key(name.removesuffix("_id")) for name in columns if name not in UNWRITTEN)
    if isinstance(columns.get("edited"), list) and all(isinstance(each, dict) for each in columns["edited"]):
        before, after = columns["edited"]
        yield from (file_key(name) for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if label == Article._meta.label_lower:
        for model, name in ((ArticleTopic, "topics"), (RelatedLink, "related")):
            parts = (part.get(model._meta.label_lower, {}) for part in (action.changed, action.created, action.deleted))
            if any(_is_of(row, pk) for part in parts for row in part.values()):
                yield name


def _is_of(row: Mapping[str, Any], pk: int) -> bool:
    """Return whether a row belongs to an article; assume so if only its position changed, as the action does not tell."""
    found = row.get("article_id", pk)
    return pk in found if isinstance(found, list) else bool(found == pk)
