"""Restoring a version: a row gets the values that it had after an action, as far as the rules allow."""

from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.changes import changing_articles, stories_at_the_end
from articles.db.locks import fresh, writing
from articles.editorial.edits import editing
from articles.editorial.recording import Recorder, recording
from articles.editorial.renaming import save_edited
from articles.editorial.rules import WHOLE, Reasons, describe_reasons, faults_of
from articles.models import Action, Article, Provider, Topic
from articles.models.snapshots import Row, columns_of

# Columns that restoring a version leaves alone: editors' notes, and what decides whether readers see a row.
NOT_RESTORED = {"edited", "conflicts", "is_draft", "publish_at", "unlist_at", "date", "slug", "source_path", "key"}


@dataclass(slots=True)
class Restored:
    """The result of restoring: the action, unless nothing changed, and what stays as it is, with the reasons."""

    action: Action | None = None
    left: list[str] = field(default_factory=list)


def restorable(model: type[Model], version: Any) -> Row:
    """Return the values by column that restoring a version (a historical row) would set."""
    tracked = {each.attname for each in version.tracked_fields}
    return {name: getattr(version, name) for name in columns_of(model) if name in tracked and name not in NOT_RESTORED}


def restore(row: Model, version: Any, user: Any) -> Restored:
    """Restore a version's values in ``row`` as an editor's action, except those that are no longer allowed.

    Raises the row's DoesNotExist if it has been deleted.
    """
    with writing():
        return _restore(fresh(row), version, user)


def _restore(row: Model, version: Any, user: Any) -> Restored:
    changed = {name: value for name, value in restorable(type(row), version).items() if getattr(row, name) != value}
    values, reasons = allowed(row, changed)
    done = Restored(left=[describe_reasons(type(row), {name: reason}) for name, reason in reasons.items()])
    when = date_format(timezone.localtime(version.history_date), "DATETIME_FORMAT")
    summary = _("“%(name)s” went back to its version of %(time)s") % {"name": row, "time": when}
    try:
        with stories_at_the_end(), recording(user, "restore", summary) as record:
            record.watch(type(row), pk=row.pk)
            if isinstance(row, Article):
                _restore_article(row, values)
            else:
                _restore_row(record, row, values)
    except IntegrityError:
        # Another change came first, or a database constraint that the rules do not cover.
        done.left.append(_("Another one has taken its place."))
    else:
        done.action = record.action
    return done


def allowed(row: Model, values: Row) -> tuple[Row, Reasons]:
    """Return the values that are allowed for ``row``, and the reasons against the others."""
    reasons = _missing_references(type(row), values)
    values = {name: value for name, value in values.items() if name not in reasons}
    while values:
        found = faults_of(_with(row, values), values)
        if not found:
            break
        reasons |= found
        values = {} if WHOLE in found else {name: value for name, value in values.items() if name not in found}
    return values, reasons


def _missing_references(model: type[Model], values: Row) -> Reasons:
    """Return which columns refer to rows that have been merged or deleted since."""
    columns: list[Any] = [each for each in model._meta.concrete_fields if each.is_relation and values.get(each.attname)]
    return {
        each.attname: _("its former value has been merged or deleted since.")
        for each in columns
        if not each.related_model._base_manager.filter(pk=values[each.attname]).exists()
    }


def _with(row: Model, values: Row) -> Model:
    """Return a copy of a row with other values, for validation."""
    changed = copy(row)
    for name, value in values.items():
        setattr(changed, name, value)
    return changed


def _restore_row(record: Recorder, row: Model, values: Row) -> None:
    """Save a row other than an article; files that use its newer names still refer to it."""
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, Provider | Topic):
        save_edited(row, [name.removesuffix("_id") for name in values], record)
    else:
        row.save()


def _restore_article(article: Article, values: Row) -> None:
    if values.get("published"):
        values["is_draft"] = False
    elif article.source_path is None and not article.published:
        values.pop("published", None)
    with editing([article.pk]), changing_articles([article.pk]):
        Article.objects.filter(pk=article.pk).update(**values)
