"""The queries that most pages need, prepared."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from articles.db.prepared import Prepared
from articles.models.article import Article
from articles.models.pin import Pin

_CARDS = Prepared(lambda ids: Article.objects.filter(id__among=ids).order_by().card_columns())
_RELATED = Prepared(Article.objects.related_to_page)
_LISTED_LATER = Prepared(
    lambda now: Article.objects.listed_later(now).order_by("listed_from").values_list("listed_from", flat=True)
)
_PINS = Prepared(lambda now: Pin.objects.filter(ends__gt=now).order_by().values_list("starts", "ends"))


def card_rows(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return the columns that cards are made of, in the order of ``ids``."""
    rows = {row["id"]: row for row in _CARDS.rows(ids=list(ids))}
    return [rows[article_id] for article_id in ids if article_id in rows]


def related_rows(ids: Sequence[int], limit: int, per_provider: int) -> list[dict[str, Any]]:
    """Return rows of articles related to those of a page, best quality first, without those on the page."""
    return _RELATED.rows(0, limit, ids=list(ids), now=timezone.now(), per_provider=per_provider)


def next_change_by_time(now: dt.datetime) -> dt.datetime | None:
    """Return the next time after ``now`` at which an article is listed, or a pin begins or ends."""
    times = _LISTED_LATER.rows(0, 1, now=now)
    times += [time for pin in _PINS.rows(now=now) for time in pin if time > now]
    return min(times, default=None)
