"""Deeds of editors undone: set back what is still as the deed left it, and name what is not."""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.changes import changing_articles, stories_at_the_end
from articles.editing import take_files
from articles.models import Action, Article, ArticleTopic, Provider, RelatedLink, StoryDecision, StoryLead, Topic
from articles.recording import Row, columns_of, recording, restored, rows_of


@dataclass(slots=True)
class Undone:
    """What an undo did: how many rows were set back, and what was not, each with the reason."""

    action: Action | None = None
    restored: int = 0
    left: list[str] = field(default_factory=list)


def undo(action: Action, user: Any) -> Undone:
    """Set back what a deed changed, where nothing has changed since; the undo is a deed, too."""
    done = Undone()
    with stories_at_the_end(), recording(user, "undo", _("Undone: %s") % action.summary) as record:
        action = Action.objects.select_for_update().get(pk=action.pk)
        if action.undone_at:
            done.left.append(_("This has been undone already."))
            return done
        articles = _articles_of(action)
        for label in _labels(action):
            ids = {int(pk) for part in (action.changed, action.created, action.deleted) for pk in part.get(label, {})}
            record.watch(apps.get_model(label), pk__among=ids)
        with changing_articles(articles):
            _delete_created(action, done)
            _create_deleted(action, done)
            _set_back(action, done)
        _follow_files(action)
        if done.restored:
            action.undone_at, action.undone_by = timezone.now(), record.user
            action.save(update_fields=["undone_at", "undone_by"])
    done.action = record.action
    return done


def _follow_files(action: Action) -> None:
    """Let fields that no editor has changed any more say what their file has come to say meanwhile."""
    ids = {int(pk) for pk in action.changed.get("articles.article", {})}
    for article in Article.objects.in_conflict().filter(pk__among=ids) if ids else ():
        for name in article.conflicts.keys() - article.edited.keys():
            take_files(article, name)


def _labels(action: Action) -> list[str]:
    """Return the models of a deed, those first that others refer to."""
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
        for pk, row in action.deleted.get(label, {}).items():
            values = restored(model, row)
            if not _keep_references(model, values):
                done.left.append(_("%s: what it belonged to has gone.") % name_of(model, int(pk), row))
                continue
            try:
                with transaction.atomic():
                    # No signal and no save() of its own: changing_articles sees to what follows.
                    models.Model.save_base(model(pk=int(pk), **values), raw=True, force_insert=True)
            except IntegrityError:
                done.left.append(_("%s: another one has taken its place.") % name_of(model, int(pk), row))
            else:
                done.restored += 1


def _keep_references(model: type[models.Model], values: Row) -> bool:
    """Empty references to rows that have gone; return False when one of them may not be empty."""
    for each in model._meta.concrete_fields:
        value = values.get(each.attname)
        if each.remote_field is None or value is None:
            continue
        if not each.remote_field.model._base_manager.filter(pk=value).exists():
            if not each.null:
                return False
            values[each.attname] = None
    return True


def _set_back(action: Action, done: Undone) -> None:
    for label in _labels(action):
        model = apps.get_model(label)
        rows = {int(pk): row for pk, row in action.changed.get(label, {}).items()}
        names = {name for row in rows.values() for name in row}
        now = rows_of(model, names, pk__among=set(rows)) if rows else {}
        alike: dict[str, tuple[Row, list[int]]] = {}
        for pk, row in rows.items():
            if pk not in now:
                done.left.append(_("%s: deleted since.") % name_of(model, pk))
                continue
            before = {name: old for name, (old, new) in row.items() if now[pk][name] == new}
            changed_since = [name for name in row if name not in before and now[pk][name] != row[name][0]]
            if changed_since:
                texts = {"name": name_of(model, pk), "fields": ", ".join(map(label_of(model), changed_since))}
                done.left.append(_("%(name)s: %(fields)s changed since.") % texts)
            if before:
                alike.setdefault(repr(before), (before, []))[1].append(pk)
        for before, ids in alike.values():
            _update(model, before, ids, done)


def _update(model: type[models.Model], before: Row, ids: list[int], done: Undone) -> None:
    """Give rows the same values back, one by one only where together they cannot have them."""
    values = restored(model, before)
    if not _keep_references(model, values):
        done.left += [_("%s: what it belonged to has gone.") % name_of(model, pk) for pk in ids]
        return
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__among=set(ids)).update(**values)
    except IntegrityError:
        if len(ids) == 1:
            done.left.append(_("%s: another one has taken its place.") % name_of(model, ids[0]))
            return
        for pk in ids:
            _update(model, before, [pk], done)
    else:
        done.restored += len(ids)


def _differs(model: type[models.Model], now: Row, then: Row) -> bool:
    # Positions are numbered anew after every save.
    return any(now[name] != value for name, value in then.items() if name in now and name != "position")


def _articles_of(action: Action) -> set[int]:
    """Return the ids of the articles whose listings and stories a deed touches."""
    ids = {
        int(pk) for part in (action.changed, action.created, action.deleted) for pk in part.get("articles.article", {})
    }
    for model, names in ((ArticleTopic, ["article_id"]), (RelatedLink, ["article_id", "target_id"]),
                         (StoryDecision, ["article_id", "joins_id"]), (StoryLead, ["article_id"])):  # fmt: skip
        label = model._meta.label_lower
        rows = [*action.created.get(label, {}).values(), *action.deleted.get(label, {}).values()]
        ids.update(row[name] for row in rows for name in names if row.get(name))
        changed = {int(pk): row for pk, row in action.changed.get(label, {}).items()}
        ids.update(pk for row in changed.values() for name in names for pk in row.get(name, ()) if pk)
        for found in model._base_manager.filter(pk__among=set(changed)).values_list(*names) if changed else ():
            ids.update(filter(None, found))
    judged = [
        int(pk) for pk, row in action.changed.get("articles.provider", {}).items() if {"kind", "name"} & row.keys()
    ]
    if judged:
        ids.update(Article.objects.filter(provider__among=judged).values_list("id", flat=True))
    return ids


def name_of(model: type[models.Model], pk: int, row: Row | None = None) -> str:
    """Return what to call a row to an editor, though it may have gone."""
    found = model._base_manager.filter(pk=pk).first() if row is None else None
    kind = str(model._meta.verbose_name)
    name = str(found) if found else str((row or {}).get("title") or (row or {}).get("name") or pk)
    return f"{kind} “{name}”"


def label_of(model: type[models.Model]) -> Any:
    """Return a function that gives a column's name for people."""
    names = {each.attname: str(each.verbose_name) for each in model._meta.concrete_fields}
    return lambda name: names.get(name, name)
