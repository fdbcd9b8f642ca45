"""Validates rows for writers without a form, such as undo.

The rules are those of the models: validators of fields, ``clean`` and constraints. Forms and CSV files apply them
anyway; here they are applied to columns that something else changes.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.models import Pin, Provider, ProviderAlias, StoryDecision, ThreadDecision, Topic, TopicAlias

# Reasons by column; those of the row as a whole are under WHOLE.
Reasons = dict[str, str]
WHOLE = ""

# Models whose ``clean`` checks more than single fields, with the columns that it depends on (empty: all).
_CLEANED: dict[type[Model], set[str]] = {
    Topic: {"name", "key", "slug", "parent_id"},
    TopicAlias: set(),
    Provider: {"domain"},
    ProviderAlias: set(),
    Pin: set(),
    StoryDecision: set(),
    ThreadDecision: set(),
}


def faults_of(row: Model, columns: Collection[str]) -> Reasons:
    """Return the reasons why an unsaved row may not have its values in ``columns``, by all rules."""
    everything = (row.clean, row.validate_unique, row.validate_constraints)
    return _reasons(row, columns, (lambda: row.clean_fields(_others(row, columns)), *everything))


def faults(model: type[Model], changed: Mapping[int, Collection[str]]) -> dict[int, Reasons]:
    """Return the reasons why rows may not stay as they were just written, by id; ``changed`` has the columns written.

    Constraints are not checked again, as the database has enforced them.
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
    """Return whether a field is edited by people; references are not checked row by row."""
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
    """Return the column for the error of a field."""
    if name == NON_FIELD_ERRORS:
        return WHOLE
    # Errors of the key are about the name that it is made from.
    return "name" if name == "key" else str(row._meta.get_field(name).attname)  # type: ignore[union-attr]


def describe_reasons(model: type[Model], reasons: Reasons) -> str:
    """Return reasons as sentences, each after the name of its field."""
    names = {each.attname: capfirst(str(each.verbose_name)) for each in model._meta.concrete_fields}
    texts = [_("%(field)s: %(reason)s") % {"field": names[name], "reason": text} if name else text
             for name, text in sorted(reasons.items())]  # fmt: skip
    return " ".join(texts)


def name_of(model: type[Model], pk: int, row: Mapping[str, Any] | None = None) -> str:
    """Return a name for a row, which may have been deleted, for messages."""
    found = model._base_manager.filter(pk=pk).first() if row is None else None
    kind = str(model._meta.verbose_name)
    name = str(found) if found else str((row or {}).get("title") or (row or {}).get("name") or pk)
    return f"{kind} “{name}”"


def label_of(model: type[Model]) -> Any:
    """Return a function that returns the label of a column."""
    names = {each.attname: str(each.verbose_name) for each in model._meta.concrete_fields}
    return lambda name: names.get(name, name)
