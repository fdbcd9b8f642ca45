"""Undoing editors' actions: restores what nobody has changed since, and lists what stays as it is."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.changes import changing_articles, changing_rows, stories_at_the_end
from articles.editorial.conflicts import follow_files
from articles.editorial.recording import recording
from articles.editorial.renaming import keeping_old_names, watch_renamed
from articles.editorial.rules import WHOLE, Reasons, describe_reasons, faults, faults_of, label_of, name_of
from articles.models import (
    Action,
    Article,
    ArticleTopic,
    Provider,
    RelatedLink,
    StoryDecision,
    StoryLead,
    ThreadDecision,
    ThreadName,
    Topic,
)
from articles.models.snapshots import DERIVED, Row, columns_of, restored, rows_of

# The columns that record editors' changes to other columns.
NOTES = ("edited", "conflicts")
Rows = dict[str, dict[int, Reasons]]  # by model and id


@dataclass(slots=True)
class Undone:
    """The result of an undo: how many rows were restored, and what was not, each with the reason.

    By model and id, ``written`` are the columns that it restored, ``refused`` those that the rules forbid, and
    ``broken`` those that it could not restore.
    """

    action: Action | None = None
    restored: int = 0
    left: list[str] = field(default_factory=list)
    written: dict[str, dict[int, set[str]]] = field(default_factory=lambda: defaultdict(dict))
    refused: Rows = field(default_factory=lambda: defaultdict(dict))
    broken: Rows = field(default_factory=lambda: defaultdict(dict))


def undo(action: Action, user: Any, part_of: Action | None = None) -> Undone:
    """Restore what an action changed, where nothing has changed since; the undo is an action, too, perhaps a part."""
    done, summary = Undone(), _("Undone: %s") % action.summary
    with stories_at_the_end(), recording(user, "undo", summary, part_of=part_of) as record:
        action = Action.objects.select_for_update().get(pk=action.pk)
        if action.undone_at:
            done.left.append(_("This has been undone already."))
            return done
        articles = _articles_of(action)
        for label in _labels(action):
            record.watch(apps.get_model(label), pk__among=_ids_of(action, label))
        watch_renamed(record, action)
        others = {apps.get_model(label): _ids_of(action, label) for label in _labels(action)}
        with changing_articles(articles), changing_rows(others):
            done = _restore_all(action)
        done.left += follow_files(action)
        if done.restored:
            action.undone_at, action.undone_by = timezone.now(), record.user
            action.save(update_fields=["undone_at", "undone_by"])
    done.action = record.action
    return done


def _restore_all(action: Action) -> Undone:
    """Restore all that the rules allow. What would break a rule is listed with the reason, and stays as it is.

    Whether a row is valid is known only when all others have been restored: then this starts again without the
    invalid ones, fewer each time.
    """
    refused: Rows = defaultdict(dict)
    while True:
        done = Undone(refused=refused)
        point = transaction.savepoint()
        for step in (_delete_created, _create_deleted, _restore_changed):
            step(action, done)
        for label, rows in done.written.items():
            done.broken[label] |= faults(apps.get_model(label), rows)
        if not any(done.broken.values()):
            transaction.savepoint_commit(point)
            return done
        transaction.savepoint_rollback(point)
        for label, broken in done.broken.items():
            for pk, reasons in broken.items():
                known = refused[label].get(pk, {})
                refused[label][pk] = known | (reasons if reasons.keys() - known.keys() else _taken())


def _taken() -> Reasons:
    """Return the reason for which the database refuses a row as a whole."""
    return {WHOLE: _("Another one has taken its place.")}


def _labels(action: Action) -> list[str]:
    """Return the models of an action, those first that others refer to."""
    order = [model._meta.label_lower for model in (Provider, Topic, Article)]
    labels = {*action.changed, *action.created, *action.deleted}
    return sorted(labels, key=lambda label: (order.index(label) if label in order else len(order), label))


def _delete_created(action: Action, done: Undone) -> None:
    for label in reversed(_labels(action)):
        model = apps.get_model(label)
        rows = {int(pk): row for pk, row in action.created.get(label, {}).items()}
        now = rows_of(model, columns_of(model), pk__among=set(rows)) if rows else {}
        same = {pk for pk in now if not _differs(model, now[pk], rows[pk])}
        done.left += [_("%s: changed since, so it stays.") % name_of(model, pk) for pk in now.keys() - same]
        for pk in sorted(same):
            # Deleting a topic would delete articles' links to it; those of the action itself are deleted already.
            if model is Topic and ArticleTopic.objects.filter(topic=pk).exists():
                done.left.append(_("%s: in use since, so it stays.") % name_of(model, pk))
                continue
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=pk).delete()
            except models.ProtectedError:
                done.left.append(_("%s: in use since, so it stays.") % name_of(model, pk))
            else:
                done.restored += 1


def _create_deleted(action: Action, done: Undone) -> None:
    for label in _labels(action):
        model = apps.get_model(label)
        rows = {int(pk): row for pk, row in action.deleted.get(label, {}).items()}
        own = [each.attname for each in model._meta.concrete_fields if each.related_model is model]
        while rows:  # those first that others of them refer to
            ready = [pk for pk, row in rows.items() if not any(row.get(name) in rows for name in own)]
            for pk in ready or list(rows):
                _create(model, pk, rows.pop(pk), done)


def _create(model: type[models.Model], pk: int, row: Row, done: Undone) -> None:
    values, label, name = restored(model, row), model._meta.label_lower, name_of(model, pk, row)
    refused = done.refused[label].get(pk, {})
    optional = {each.attname for each in model._meta.concrete_fields if each.remote_field and each.null}
    if refused:
        done.left.append(f"{name}: {describe_reasons(model, refused)}")
    if refused.keys() - optional:
        return
    values |= dict.fromkeys(refused)
    if not _clear_missing_references(model, values):
        done.left.append(_("%s: what it belonged to has been deleted.") % name)
        return
    try:
        with transaction.atomic():
            # No signals and no save(): the caller updates listings and stories.
            models.Model.save_base(model(pk=pk, **values), raw=True, force_insert=True)
    except IntegrityError:
        done.broken[label][pk] = faults_of(model(pk=pk, **values), values) or _taken()
    else:
        done.restored += 1
        done.written[label][pk] = set(values)


def _clear_missing_references(model: type[models.Model], values: Row) -> bool:
    """Set references to deleted rows to None; return False if one of them is required."""
    for each in model._meta.concrete_fields:
        value = values.get(each.attname)
        if each.remote_field is None or value is None:
            continue
        if not each.remote_field.model._base_manager.filter(pk=value).exists():
            if not each.null:
                return False
            values[each.attname] = None
    return True


def _restore_changed(action: Action, done: Undone) -> None:
    for label in _labels(action):
        model = apps.get_model(label)
        rows = {int(pk): row for pk, row in action.changed.get(label, {}).items()}
        derived = DERIVED.get(model, set())
        rows = {pk: {name: pair for name, pair in row.items() if name not in derived} for pk, row in rows.items()}
        names = {name for row in rows.values() for name in row}
        now = rows_of(model, names, pk__among=set(rows)) if rows else {}
        _ignore_cleared_references(action, model, rows, now)
        alike: dict[str, tuple[Row, list[int]]] = {}
        for pk, row in rows.items():
            if pk not in now:
                done.left.append(_("%s: deleted since.") % name_of(model, pk))
                continue
            if before := _values_before(model, pk, row, now[pk], done):
                alike.setdefault(repr(before), (before, []))[1].append(pk)
        for before, ids in alike.values():
            with keeping_old_names(model, before, ids, action.time):
                _update(model, before, ids, done)


def _ignore_cleared_references(
    action: Action, model: type[models.Model], rows: dict[int, Any], now: dict[int, Row]
) -> None:
    """Treat references that were cleared because a row that the action created was deleted as unchanged."""
    for each in model._meta.concrete_fields:
        target = each.related_model
        if not isinstance(target, type) or not (made := action.created.get(target._meta.label_lower)):
            continue
        for pk in rows.keys() & now.keys():
            new = rows[pk].get(each.attname, [None, None])[1]
            is_cleared = str(new) in made and now[pk].get(each.attname, new) is None
            if is_cleared and not target._base_manager.filter(pk=new).exists():
                now[pk][each.attname] = new


def _values_before(model: type[models.Model], pk: int, row: dict[str, list[Any]], now: Row, done: Undone) -> Row:
    """Return the values to restore in a row, and list those that stay as they are."""
    refused = done.refused[model._meta.label_lower].get(pk, {})
    changed_since = [name for name, (old, new) in row.items() if now[name] not in (old, new)]
    if changed_since:
        texts = {"name": name_of(model, pk), "fields": ", ".join(map(label_of(model), changed_since))}
        done.left.append(_("%(name)s: %(fields)s changed since.") % texts)
    if refused:
        done.left.append(f"{name_of(model, pk)}: {describe_reasons(model, refused)}")
    if WHOLE in refused:
        return {}
    before = {name: old for name, (old, new) in row.items() if now[name] == new and name not in refused}
    staying = {name.removesuffix("_id") for name in {*changed_since, *refused}}
    for name in NOTES:
        if name in before and staying:
            before[name] = _with_notes(before[name], now[name], staying)
    return {name: value for name, value in before.items() if value != now[name]}


def _with_notes(before: Any, now: Any, staying: set[str]) -> Any:
    """Return the notes about edited fields as they were before, with the current ones of fields that stay."""
    if isinstance(now, dict):
        others = {name: value for name, value in before.items() if name not in staying}
        return others | {name: value for name, value in now.items() if name in staying}
    return sorted({name for name in before if name not in staying} | {name for name in now if name in staying})


def _update(model: type[models.Model], before: Row, ids: list[int], done: Undone) -> None:
    """Restore the same values in rows, one by one only if the database refuses that for all of them."""
    values = restored(model, before)
    if not _clear_missing_references(model, values):
        done.left += [_("%s: what it belonged to has been deleted.") % name_of(model, pk) for pk in ids]
        return
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__among=set(ids)).update(**values)
    except IntegrityError:
        if len(ids) == 1:
            row = model._base_manager.get(pk=ids[0])
            for column, value in values.items():
                setattr(row, column, value)
            done.broken[model._meta.label_lower][row.pk] = faults_of(row, values) or _taken()
            return
        for pk in ids:
            _update(model, before, [pk], done)
    else:
        done.restored += len(ids)
        done.written[model._meta.label_lower] |= {pk: set(values) for pk in ids}


def _differs(model: type[models.Model], now: Row, then: Row) -> bool:
    # Positions are renumbered after every save.
    return any(now[name] != value for name, value in then.items() if name in now and name != "position")


def _ids_of(action: Action, label: str) -> set[int]:
    return {int(pk) for part in (action.changed, action.created, action.deleted) for pk in part.get(label, {})}


def _articles_of(action: Action) -> set[int]:
    """Return the ids of the articles whose listings and stories an action affects."""
    ids = _ids_of(action, "articles.article")
    for model, names in ((ArticleTopic, ["article_id"]), (RelatedLink, ["article_id", "target_id"]),
                         (StoryDecision, ["article_id", "joins_id"]), (StoryLead, ["article_id"]),
                         (ThreadDecision, ["article_id", "joins_id"]), (ThreadName, ["article_id"])):  # fmt: skip
        label = model._meta.label_lower
        rows = [*action.created.get(label, {}).values(), *action.deleted.get(label, {}).values()]
        ids.update(row[name] for row in rows for name in names if row.get(name))
        changed = {int(pk): row for pk, row in action.changed.get(label, {}).items()}
        ids.update(pk for row in changed.values() for name in names for pk in row.get(name, ()) if pk)
        for found in model._base_manager.filter(pk__among=set(changed)).values_list(*names) if changed else ():
            ids.update(filter(None, found))
    return ids
