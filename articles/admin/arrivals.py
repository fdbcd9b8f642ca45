"""What came in on each of the last days, for the drawing on the start page."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from articles.models.visibility import listed

DAYS = 30  # up to today, or to the newest article of a site that rests
STEP, HEIGHT = 10, 60  # units of the drawing: the width of a day, and the height of the highest bar


@dataclass(frozen=True, slots=True)
class Day:
    """A day, how many articles are from it, and how many accounts besides that have no page.

    Its bar is drawn in two parts, that of the accounts above that of the articles: ``x`` and two tops and heights.
    """

    date: dt.date
    articles: int
    others: int
    url: str
    x: int
    articles_y: float
    articles_height: float
    others_y: float
    others_height: float


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The days of the drawing, oldest first, without gaps; with the totals of both kinds."""

    days: tuple[Day, ...]
    articles: int
    others: int
    width: int = STEP * DAYS
    height: int = HEIGHT


def arrivals(newest: dt.datetime) -> Arrivals | None:
    """Return what is from the days before ``newest``, by when it was published; None if that is nothing."""
    last = timezone.localtime(newest).date()
    first = last - dt.timedelta(days=DAYS - 1)
    start, end = (
        timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (first, last + dt.timedelta(days=1))
    )
    rows = Article.objects.not_withdrawn().filter(published_date_time__gte=start, published_date_time__lt=end)
    counted = rows.order_by().annotate(day=TruncDate("published_date_time")).values("day")
    by_day = {
        day: (articles, every - articles)
        for day, articles, every in counted.annotate(
            articles=Count("pk", filter=Q(is_reference=False) & listed()), every=Count("pk")
        ).values_list("day", "articles", "every")
    }
    if not by_day:
        return None
    most = max(map(sum, by_day.values()))
    dates = [first + dt.timedelta(days=at) for at in range(DAYS)]
    days = tuple(_day(date, *by_day.get(date, (0, 0)), at, most) for at, date in enumerate(dates))
    return Arrivals(days, sum(day.articles for day in days), sum(day.others for day in days))


def _day(date: dt.date, articles: int, others: int, at: int, most: int) -> Day:
    low, high = (round(HEIGHT * number / most, 1) for number in (articles, others))
    url = f"{reverse('admin:articles_article_changelist')}?day_from={date:%Y-%m-%d}&day_to={date:%Y-%m-%d}"
    return Day(
        date, articles, others, url, STEP * at,
        round(HEIGHT - low, 1), low, round(max(HEIGHT - low - high, 0), 1), high,
    )  # fmt: skip
