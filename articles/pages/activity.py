"""How many articles a listing has had each month, as a drawing and as links to where each month begins."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

MONTHS = 36  # of the drawing, up to the newest one
FEWEST = 3  # months with articles; fewer are no picture of anything
STEP, HEIGHT = 8, 48  # units of the drawing: the width of a month, and the height of the highest bar


@dataclass(frozen=True, slots=True)
class Bar:
    """A month with articles, and its bar: the coordinates of its upper left corner, and its height."""

    month: dt.date
    count: int
    url: str
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Activity:
    """The months of the drawing, newest first; ``total`` is the number of their articles."""

    bars: tuple[Bar, ...]
    width: int
    first: dt.date
    last: dt.date
    total: int


def activity_of(months: list[tuple[dt.date, int]], url_of: Callable[[int], str], per_page: int) -> Activity | None:
    """Return the activity of a listing from its months (first day and number of articles), newest first.

    ``url_of`` returns the address of a page of the listing by number. None if there are too few months.
    """
    if len(months) < FEWEST:
        return None
    last = months[0][0]
    shown = [(month, count) for month, count in months if _apart(month, last) < MONTHS]
    first = shown[-1][0]
    most, newer, bars = max(count for _, count in shown), 0, []
    for month, count in shown:
        height = round(HEIGHT * count / most, 1)
        url = url_of(newer // per_page + 1)
        bars.append(Bar(month, count, url, STEP * _apart(first, month), round(HEIGHT - height, 1), height))
        newer += count
    return Activity(tuple(bars), STEP * (_apart(first, last) + 1), first, last, newer)


def _apart(earlier: dt.date, later: dt.date) -> int:
    """Return the number of months between two first days of months."""
    return 12 * (later.year - earlier.year) + later.month - earlier.month
