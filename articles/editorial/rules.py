"""What rows may not become, and why: for writers that save none of them by a form, such as an undo.

What is right is the models' own word: their fields' validators, ``clean`` and constraints. Forms and CSV files come
past those anyway; here they are asked for the columns that something else changes.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.models import Pin, Provider, ProviderAlias, StoryDecision, Topic, TopicAlias

# By column; those of the row as a whole are by WHOLE.
Reasons = dict[str, str]
WHOLE = ""

# Models whose ``clean`` looks beyond one field, with the columns it is about (empty: all of them).
_CLEANED: dict[type[Model], set[str]] = {
    Topic: {"name", "key", "slug", "parent_id"},
    TopicAlias: set(),
    Provider: {"domain"},
    ProviderAlias: set(),
    Pin: set(),
    StoryDecision: set(),
}


def faults_of(row: Model, columns: Collection[str]) -> Reasons:
    """Return why a row that is not saved yet may not have what it has in ``columns``: everything is looked at."""
    everything = (row.clean, row.validate_unique, row.validate_constraints)
    return _reasons(row, columns, (lambda: row.clean_fields(_others(row, columns)), *everything))


def faults(model: type[Model], changed: Mapping[int, Collection[str]]) -> dict[int, Reasons]:
    """Return why rows may not stay as they were just written, by id; ``changed`` are their columns that were.

    What the database holds by itself is not looked at again.
    """
    columns = {name for each in changed.values() for name in each}
    names = [each.name for each in model._meta.concrete_fields if each.attname in columns and _is_checked(each)]
    rows = model._base_manager.filter(pk__among=set(changed))
    if model not in _CLEANED:
        if not names:
            return {}
        rows = rows.only(*names)
    found = {row.pk: _faults_of_written(row, changed[row.pk]) for row in rows}
    return {pk: reasons for pk, reasons in found.items() if reasons}


def _faults_of_written(row: Model, columns: Collection[str]) -> Reasons:
    checks: list[Any] = [lambda: row.clean_fields(_others(row, columns))]
    cleaned = _CLEANED.get(type(row))
    if cleaned is not None and (not cleaned or cleaned & set(columns)):
        checks.append(row.clean)
    return _reasons(row, columns, checks)


def _is_checked(field: Any) -> bool:
    """Return whether a field is one that people fill in; whether another row is there is not asked row by row."""
    return bool(field.editable and field.remote_field is None and not field.primary_key)


def _others(row: Model, columns: Collection[str]) -> set[str]:
    return {each.name for each in row._meta.fields if each.attname not in columns or not _is_checked(each)}


def _reasons(row: Model, columns: Collection[str], checks: Collection[Any]) -> Reasons:
    reasons: Reasons = {}
    for check in checks:
        try:
            check()
        except ValidationError as error:
            for name, messages in error.update_error_dict({}).items():
                column = _column(row, name)
                if column in {WHOLE, *columns}:
                    reasons.setdefault(column, " ".join(text for each in messages for text in each.messages))
    return reasons


def _column(row: Model, name: str) -> str:
    """Return the column that is to blame for an error of a field."""
    if name == NON_FIELD_ERRORS:
        return WHOLE
    # The key is what is compared of a name.
    return "name" if name == "key" else str(row._meta.get_field(name).attname)  # type: ignore[union-attr]


def told(model: type[Model], reasons: Reasons) -> str:
    """Return reasons as a sentence or more, each after the name of its field."""
    names = {each.attname: capfirst(str(each.verbose_name)) for each in model._meta.concrete_fields}
    texts = [_("%(field)s: %(reason)s") % {"field": names[name], "reason": text} if name else text
             for name, text in sorted(reasons.items())]  # fmt: skip
    return " ".join(texts)


def name_of(model: type[Model], pk: int, row: Mapping[str, Any] | None = None) -> str:
    """Return what to call a row to an editor, though it may have gone."""
    found = model._base_manager.filter(pk=pk).first() if row is None else None
    kind = str(model._meta.verbose_name)
    name = str(found) if found else str((row or {}).get("title") or (row or {}).get("name") or pk)
    return f"{kind} “{name}”"


def label_of(model: type[Model]) -> Any:
    """Return a function that gives a column's name for people."""
    names = {each.attname: str(each.verbose_name) for each in model._meta.concrete_fields}
    return lambda name: names.get(name, name)
