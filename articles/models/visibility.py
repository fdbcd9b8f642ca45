"""The rule for when an article is listed, for Python values and for the database.

An article that meets CONDITIONS is listed from its time of publication on. ``listed_from``, a column that the database
generates, is that time, or null if the article is never listed; everything else checks whether that time has come.
"""

import datetime as dt
from collections.abc import Mapping
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Case, Q, When
from django.utils import timezone

# The values that an article's columns must have for it to be listed, now or later. In the order of the migrations.
CONDITIONS = {"published": True, "removed": False, "file_missing": False, "is_reference": False}
DECIDING = (*CONDITIONS, "published_date_time")


def listed_from_of(values: Mapping[str, Any]) -> Any:
    """Return the time from which an article with these values of DECIDING is listed, None if it never is."""
    if any(bool(values[name]) is not wanted for name, wanted in CONDITIONS.items()):
        return None
    return values["published_date_time"]


def has_come(listed_from: Any, now: Any = None) -> bool:
    """Return whether ``listed_from`` has come; both may be texts that sort like times."""
    return listed_from is not None and listed_from <= (timezone.now() if now is None else now)


def is_to_come(listed_from: Any, now: Any = None) -> bool:
    """Return whether ``listed_from`` is still to come."""
    return listed_from is not None and not has_come(listed_from, now)


# -- The same for the database -------------------------------------------------------------


def listed_from_column() -> Case:
    """Return the expression of the generated column."""
    conditions = reduce(and_, (Q(**{name: wanted}) for name, wanted in CONDITIONS.items()))
    return Case(When(conditions, then="published_date_time"), default=None)


def listed(now: dt.datetime | None = None, column: str = "listed_from") -> Q:
    """Return the condition that a row is listed; ``column`` has the time, of an article or copied from one."""
    return Q(**{f"{column}__lte": now or timezone.now()})


def listed_later(now: dt.datetime | None = None, column: str = "listed_from") -> Q:
    return Q(**{f"{column}__gt": now or timezone.now()})


def to_be_listed(column: str = "listed_from") -> Q:
    """Return the condition that a row is listed, now or later."""
    return Q(**{f"{column}__isnull": False})
