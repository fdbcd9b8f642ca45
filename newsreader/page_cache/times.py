"""When pages change with time: articles are listed from a time, pins begin and end.

What an editor has scheduled is done by the worker, whose changes are recorded as everybody's.
"""

import datetime as dt

from articles.models import page_queries

NEVER = float("inf")


def next_change_by_time(now: float) -> float:
    """Return the next time after ``now`` at which pages change without an edit, in seconds since 1970."""
    time = page_queries.next_change_by_time(dt.datetime.fromtimestamp(now, dt.UTC))
    return time.timestamp() if time else NEVER
