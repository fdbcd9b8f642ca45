"""Compares values of YAML, and finds the steps that turn one list into another."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are the same, types included, whatever the order of keys."""
    return repr(_sorted(one)) == repr(_sorted(other))


def edit_steps(old: list[Any], new: list[Any]) -> Iterator[tuple[str, int, int, int, int]]:
    one, other = [repr(_sorted(value)) for value in old], [repr(_sorted(value)) for value in new]
    return iter(SequenceMatcher(None, one, other, autojunk=False).get_opcodes())


def _sorted(value: Any) -> Any:
    """Return a value with its keys sorted, since their order has no meaning."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value
