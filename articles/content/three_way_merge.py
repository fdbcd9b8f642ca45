"""A three-way merge of the file's old values, the article's values and the file's new values.

Values are plain ones that JSON can hold. The file's old values are stored only for fields that an editor changed
(``edited``); in all others they are those of the article.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]


@dataclass(slots=True)
class Merged:
    """The outcome: fields that take the file's value, and the article's new ``edited`` and ``conflicts``."""

    taken: set[str] = field(default_factory=set)
    edited: dict[str, Any] = field(default_factory=dict)
    conflicts: dict[str, Any] = field(default_factory=dict)
    # Fields with a conflict that is new or has another value than before.
    new_conflicts: set[str] = field(default_factory=set)


def merge(current: Values, edited: Values, conflicts: Values, file: Values) -> Merged:
    """Merge the file's new values into an article's.

    A field that only the file changed takes the file's value, one that only an editor changed keeps the
    editor's, and one that both changed differently keeps the editor's and becomes a conflict.
    """
    merged = Merged()
    for name, value in file.items():
        if name not in edited or value == current[name]:
            if value != current[name]:
                merged.taken.add(name)
            continue
        merged.edited[name] = edited[name]
        if value != edited[name]:
            merged.conflicts[name] = value
            if conflicts.get(name, edited[name]) != value:
                merged.new_conflicts.add(name)
    return merged


def note_edits(before: Values, after: Values, edited: Values) -> dict[str, Any]:
    """Return the article's ``edited`` after an editor changed ``before`` into ``after``.

    A field that is set back to the file's value is not an edited one any more.
    """
    noted = dict(edited)
    for name, value in after.items():
        if value == before[name]:
            continue
        base = noted.setdefault(name, before[name])
        if value == base:
            del noted[name]
    return noted


ABSENT = {"!absent": True}


def difference(actual: Values, expected: Values) -> dict[str, Any] | None:
    """Return what turns ``expected`` into ``actual``; None if they are the same, including the order of keys."""
    if actual == expected and list(actual) == list(expected):
        return None
    changed = {key: value for key, value in actual.items() if key not in expected or expected[key] != value}
    changed |= {key: ABSENT for key in expected if key not in actual}
    if list(apply_difference(expected, changed)) != list(actual):
        return {"!all": dict(actual)}
    return changed or None


def apply_difference(expected: Values, changed: Values | None) -> dict[str, Any]:
    """Return the actual values from the expected ones and their difference."""
    if changed is None:
        return dict(expected)
    if "!all" in changed:
        return dict(changed["!all"])
    return {key: value for key, value in {**expected, **changed}.items() if value != ABSENT}
