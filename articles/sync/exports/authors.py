"""Who edited what an export writes."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Model, Q

from articles.content.frontmatter import parts_of
from articles.content.yaml.reader import FrontMatterError, load
from articles.models import Action, ActionTarget, Article, ArticleTopic, RelatedLink
from articles.sync.decisions import DECISION_FILES
from articles.sync.exports.change import Change
from articles.sync.exports.pending import Draft
from articles.sync.names import file_key

MISSING = object()


# What editors change of an article that no file says.
UNWRITTEN = frozenset({"edited", "conflicts", "is_draft", "publish_at", "unlist_at", "date", "slug"})


# -- Who changed what -------------------------------------------------------------


def who_changed(changes: Collection[Change], root: Path) -> dict[str, set[int]]:
    """Return the ids of the users whose work the files are to say, by path."""
    editors: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        if change.draft:
            editors[change.path] = who_said(change.draft, root / change.path)
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


def who_said(draft: Draft, location: Path) -> set[int]:
    """Return the ids of the users who said what a file of ``_data`` is to say."""
    # Lists have no columns of their own, and decisions that were taken back no rows: deeds are counted from the time when
    # the file was written last.
    deeds = Action.objects.filter(user__isnull=False)
    with suppress(OSError):
        deeds = deeds.filter(time__gt=dt.datetime.fromtimestamp(location.stat().st_mtime, dt.UTC))
    if draft.row is not None:
        deeds = deeds.filter(targets__label=draft.row._meta.label_lower, targets__object_id=draft.row.pk)
    else:
        deeds = deeds.filter(
            _about([each.model for file in DECISION_FILES if file.path == draft.path for each in file.lists])
        )
    return set(deeds.values_list("user_id", flat=True))


def _about(models: Collection[type[Model]]) -> Q:
    """Return the condition that a deed changed, made or deleted rows of models; of none, that there is no deed."""
    condition = Q(pk__in=[])
    for model in models:
        label = model._meta.label_lower
        condition |= Q(changed__has_key=label) | Q(created__has_key=label) | Q(deleted__has_key=label)
    return condition


def changed_keys(old: str, new: str) -> set[str] | None:
    """Return the keys of front matter, and "body", in which two texts of a file differ; None where that cannot be told."""
    try:
        before, after = parts_of(old), parts_of(new)
        one, other = load(before.front_matter).value, load(after.front_matter).value
    except (FrontMatterError, yaml.YAMLError, ValueError):
        return None
    keys = {str(key) for key in one.keys() | other.keys() if one.get(key, MISSING) != other.get(key, MISSING)}
    return keys | ({"body"} if before.body != after.body else set())


def editors_of(label: str, wanted: Mapping[int, set[str] | None]) -> dict[int, set[int]]:
    """Return the ids of the users who changed rows of a model, by the rows' ids.

    Only deeds count that touched the keys ``wanted`` of a row (None: any), and none from before the row last said
    what its file does: ``edited`` was empty then.
    """
    targets = ActionTarget.objects.filter(label=label, object_id__among=set(wanted)).order_by("-action_id")
    deeds: dict[int, list[int]] = defaultdict(list)
    for pk, deed in targets.values_list("object_id", "action_id"):
        deeds[pk].append(deed)
    ids = {deed for each in deeds.values() for deed in each}
    by_id = Action.objects.only("user_id", "changed", "created", "deleted").in_bulk(ids)
    return {pk: set(_editors(label, pk, [by_id[deed] for deed in each], wanted[pk])) for pk, each in deeds.items()}


def _editors(label: str, pk: int, deeds: Iterable[Action], wanted: set[str] | None) -> Iterator[int]:
    for deed in deeds:  # the latest first
        touched = set(_touched(deed, label, pk))
        if deed.user_id is not None and touched and (wanted is None or touched & wanted):
            yield deed.user_id
        before = deed.changed.get(label, {}).get(str(pk), {}).get("edited", [True])[0]
        if not before or str(pk) in deed.created.get(label, {}):
            return


def _touched(deed: Action, label: str, pk: int) -> Iterator[str]:
    """Yield the keys of a row's file that a deed changed."""
    columns = deed.created.get(label, {}).get(str(pk)) or deed.changed.get(label, {}).get(str(pk), {})
    yield from (file_key(name.removesuffix("_id")) for name in columns if name not in UNWRITTEN)
    if isinstance(columns.get("edited"), list) and all(isinstance(each, dict) for each in columns["edited"]):
        before, after = columns["edited"]
        yield from (file_key(name) for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if label == Article._meta.label_lower:
        for model, name in ((ArticleTopic, "topics"), (RelatedLink, "related")):
            parts = (part.get(model._meta.label_lower, {}) for part in (deed.changed, deed.created, deed.deleted))
            if any(_is_of(row, pk) for part in parts for row in part.values()):
                yield name


def _is_of(row: Mapping[str, Any], pk: int) -> bool:
    """Return whether a row is of an article; of what only changed its place, the deed does not say whose it is."""
    found = row.get("article_id", pk)
    return pk in found if isinstance(found, list) else bool(found == pk)
