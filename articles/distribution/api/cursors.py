"""Cursors: where the next page of a list begins, whatever is added before it meanwhile.

A cursor is opaque to clients: the values that the last item is sorted by, as JSON in base64.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from articles.distribution.api.problems import bad_parameter
from articles.text.parameters import MAX_NUMBER, time_from


class Place(NamedTuple):
    """The place of an item in a list that is sorted by time, tie and id, the highest first."""

    time: dt.datetime
    tie: int
    id: int


def cursor_of(*values: Any) -> str:
    text = json.dumps([value.isoformat() if isinstance(value, dt.datetime) else value for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def values_of(cursor: str, *kinds: type) -> list[Any]:
    """Return the values in a cursor; raise a problem if they are not of these kinds: int, str, or a time."""
    values: Any = None
    with suppress(ValueError, binascii.Error, RecursionError):
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        values = json.loads(raw.decode())
    if isinstance(values, list) and len(values) == len(kinds):
        found = [_value(value, kind) for value, kind in zip(values, kinds, strict=True)]
        if None not in found:
            return found
    raise bad_parameter("cursor", "This is no cursor of this list; take it from “next” of a page.")


def _value(value: Any, kind: type) -> Any:
    if kind is dt.datetime:
        return time_from(value) if isinstance(value, str) else None
    if kind is str:
        return value if isinstance(value, str) and "\0" not in value and value.isprintable() else None
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and -MAX_NUMBER <= value <= MAX_NUMBER else None


def newest_after(
    rows: QuerySet[Any], cursor: str, limit: int, columns: Sequence[str], also: Sequence[str] = ()
) -> tuple[list[Any], str]:
    """Return the next rows of a list, newest first, and the cursor of the page after them, empty without one.

    ``columns`` are those of the time, the tie and the id; rows are tuples of these and of ``also``.
    """
    time, tie, pk = columns
    if cursor:
        place = Place._make(values_of(cursor, dt.datetime, int, int))
        later = Q(**{tie: place.tie, f"{pk}__lt": place.id}) | Q(**{f"{tie}__lt": place.tie})
        # The first condition alone is a range of an index.
        rows = rows.filter(**{f"{time}__lte": place.time}).filter(Q(**{f"{time}__lt": place.time}) | later)
    ordered = rows.order_by(f"-{time}", f"-{tie}", f"-{pk}")
    found = list(ordered.values_list(*columns, *also)[: limit + 1])
    return found[:limit], cursor_of(*found[limit - 1][:3]) if len(found) > limit else ""
