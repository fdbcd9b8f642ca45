"""Three ways into one: what the file said, what the article says, what the file says now.

Values are plain ones that JSON can hold. An article remembers what its file said only in fields that
an editor changed (``edited``); in all others that is what the article says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]


@dataclass(slots=True)
class Merged:
    """The outcome: fields that take the file's value, and what to remember."""

    taken: set[str] = field(default_factory=set)
    edited: dict[str, Any] = field(default_factory=dict)
    conflicts: dict[str, Any] = field(default_factory=dict)
    # Fields whose conflict is new, or is about another value than before.
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
    """Return what to remember of the file after an editor changed ``before`` into ``after``.

    A field set back to what its file says is not an edited one any more.
    """
    remembered = dict(edited)
    for name, value in after.items():
        if value == before[name]:
            continue
        base = remembered.setdefault(name, before[name])
        if value == base:
            del remembered[name]
    return remembered


ABSENT = {"!absent": True}


def difference(said: Values, expected: Values) -> dict[str, Any] | None:
    """Return what makes ``said`` of ``expected``, None when they are the same, keys' order included."""
    if said == expected and list(said) == list(expected):
        return None
    changed = {key: value for key, value in said.items() if key not in expected or expected[key] != value}
    changed |= {key: ABSENT for key in expected if key not in said}
    if list(apply_difference(expected, changed)) != list(said):
        return {"!all": dict(said)}
    return changed or None


def apply_difference(expected: Values, changed: Values | None) -> dict[str, Any]:
    """Return what was said, from what was expected and the difference."""
    if changed is None:
        return dict(expected)
    if "!all" in changed:
        return dict(changed["!all"])
    return {key: value for key, value in {**expected, **changed}.items() if value != ABSENT}
