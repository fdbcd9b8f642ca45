"""Settles conflicts of topics and providers: fields that an editor changed, and the file since, to something else.

Those of articles are settled in ``edits.py``.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.db.locks import fresh, writing
from articles.editorial.edits import take_file_value
from articles.editorial.recording import Recorder
from articles.editorial.renaming import save_edited
from articles.editorial.rules import Reasons, describe_reasons, name_of
from articles.editorial.versions import allowed
from articles.models import Action, Article, Provider, Topic
from articles.sync.names import topics_by_key

Described = Topic | Provider


def keep_edited_field(row: Described, name: str) -> None:
    """Resolve a conflict, if it still exists, in favour of the editor's value: a later one of the file is a new one."""
    with writing():
        now = fresh(row)
        if name in now.conflicts:
            del now.conflicts[name]
            type(now)._base_manager.filter(pk=now.pk).update(conflicts=now.conflicts)


def take_file_field(row: Described, name: str, record: Recorder | None = None) -> None:
    """Resolve a conflict, if it still exists, in favour of the file's value; imports update the field again.

    Raises ValidationError if the row may not have that value, as when another topic has the name by now. Without a
    ``record`` the caller has to watch what a new name changes.
    """
    with writing():
        now = fresh(row)
        if name not in now.conflicts:
            return
        column = now._meta.get_field(name).attname  # type: ignore[union-attr]
        values, reasons = _value_in_file(now, name, column)
        if reasons:
            raise ValidationError(describe_reasons(type(now), reasons))
        setattr(now, column, values[column])
        del now.conflicts[name]
        save_edited(now, [name], record, is_file=True)


def _value_in_file(row: Described, name: str, column: str) -> tuple[dict[str, Any], Reasons]:
    value = row.conflicts[name]
    if name == "parent" and value is not None:
        parent = topics_by_key({value}).get(value)
        if parent is None:
            return {}, {column: _("There is no topic “%s” any more.") % value}
        value = parent.pk
    return allowed(row, {column: value})


def follow_files(action: Action) -> list[str]:
    """Take the current values of files for fields that are no longer edited since ``action`` was undone.

    A value that a topic or provider may not have waits for an editor as a conflict; the reasons are returned.
    """
    left = []
    for article in _in_conflict(Article, action):
        for name in article.conflicts.keys() - article.edited.keys():
            take_file_value(article, name)
    models: tuple[type[Described], ...] = (Topic, Provider)
    for row in [row for model in models for row in _in_conflict(model, action)]:
        for name in sorted(row.conflicts.keys() - set(row.edited)):
            try:
                take_file_field(row, name)
            except ValidationError as error:
                left.append(f"{name_of(type(row), row.pk)}: {' '.join(error.messages)}")
                row.edited = sorted({*row.edited, name})
                type(row)._base_manager.filter(pk=row.pk).update(edited=row.edited)
    return left


def _in_conflict(model: Any, action: Action) -> list[Any]:
    ids = {int(pk) for pk in action.changed.get(model._meta.label_lower, {})}
    return list(model._base_manager.filter(pk__among=ids).exclude(conflicts={})) if ids else []
