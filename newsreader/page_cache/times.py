"""When pages change with time: articles are listed from a time, pins begin and end.

What an editor has scheduled is done by the worker, whose changes are recorded as everybody's.
"""

import datetime as dt

from articles.models import Article, Pin

NEVER = float("inf")


def next_change_by_time(now: float) -> float:
    """Return the next time after ``now`` at which pages change without an edit, in seconds since 1970."""
    time = dt.datetime.fromtimestamp(now, dt.UTC)
    later = Article.objects.listed_later(time).order_by("listed_from").values_list("listed_from", flat=True)
    times = [each for each in (later.first(), Pin.objects.next_change(time)) if each is not None]
    return min(times).timestamp() if times else NEVER
