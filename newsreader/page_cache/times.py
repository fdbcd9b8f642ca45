"""When pages change with time: articles are listed from a time, pins begin and end, schedules come due."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from articles.editorial.schedule import next_due
from articles.models import Article, Pin

NEVER = float("inf")
# The delay if something is due that has not been done yet.
AGAIN = dt.timedelta(seconds=1)


def next_change_by_time(now: float) -> float:
    """Return the next time after ``now`` at which pages change without an edit, in seconds since 1970."""
    time = dt.datetime.fromtimestamp(now, dt.UTC)
    later = Article.objects.listed_later(time).order_by("listed_from").values_list("listed_from", flat=True)
    # Without it, the command run_schedule does what is due, and its changes are recorded.
    due = next_due() if settings.SCHEDULE_LOOK_SECONDS else None
    if due is not None and due <= time:
        due = max(due, timezone.now()) + AGAIN
    times = [each for each in (later.first(), Pin.objects.next_change(time), due) if each is not None]
    return min(times).timestamp() if times else NEVER
