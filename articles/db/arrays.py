"""Many values as one parameter of a statement on PostgreSQL, instead of a statement for each."""

import datetime as dt
from collections.abc import Collection
from typing import Any

_NONE = type(None)


def array_of(values: Collection[Any]) -> Any:
    """Return a parameter that PostgreSQL can cast to an array of these values.

    It is the array's text for numbers, days and texts, whose adaptation one by one took longer than most statements, and
    a list for psycopg to adapt for all others.
    """
    kinds = set(map(type, values))
    if kinds <= {int, _NONE}:
        return f"{{{','.join(['NULL' if value is None else str(value) for value in values])}}}"
    if kinds == {dt.date}:
        return f"{{{','.join(map(str, values))}}}"
    if kinds <= {str, _NONE}:
        return f"{{{','.join(['NULL' if value is None else _quoted(value) for value in values])}}}"
    return list(values)


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
