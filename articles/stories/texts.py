"""The texts of articles as likeness.py compares them, from the database."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.db.models import Q, TextField
from django.db.models.functions import Cast, Substr

from articles.models import Article
from articles.models.querysets import ArticleQuerySet
from articles.stories.likeness import COPY_WINDOW, WINDOW, heading_of, is_alike_any
from articles.stories.weights import Text
from articles.stories.words import MAX_EXCERPT

SECONDS = 19  # characters of a time down to the second
MANY = 50  # stretches of time, beyond which one from the first to the last is as good


def hours_of(time: str) -> float:
    """Return a time, as databases format it in UTC, in hours."""
    return dt.datetime.fromisoformat(time[:SECONDS]).replace(tzinfo=dt.UTC).timestamp() / 3600


def texts_in_order(articles: ArticleQuerySet) -> Iterator[Text]:
    """Yield the texts of articles, earliest first."""
    rows = (
        articles.order_by("published_date_time", "id")
        .annotate(start=Substr("excerpt", 1, MAX_EXCERPT), time=Cast("published_date_time", TextField()))
        .values_list("id", "title", "start", "provider_id", "time")
    )
    for pk, title, start, provider, time in rows.iterator(10_000):
        yield Text(pk, title, start, provider, hours_of(time))


def texts_around(ids: Collection[int], linked: Collection[int]) -> list[Text]:
    """Return the texts of articles and of all that could be about the same event, earliest first.

    That is all of the same days, and of the weeks around them those with a title alike and the ``linked`` ones.
    """
    articles = Article.objects.not_withdrawn()
    changed = list(texts_in_order(articles.filter(id__among=set(ids))))
    if not changed:
        return []
    near = {text.id: text for text in texts_in_order(articles.filter(_within(changed, WINDOW)))}
    far = articles.filter(_within(changed, COPY_WINDOW)).order_by().values_list("id", "title")
    headings = [heading_of(text.title) for text in changed]
    like = [pk for pk, title in far if pk not in near and (pk in linked or is_alike_any(heading_of(title), headings))]
    if like:
        near |= {text.id: text for text in texts_in_order(articles.filter(id__among=like))}
    return sorted(near.values(), key=lambda text: (text.hours, text.id))


def _within(texts: list[Text], hours: float) -> Q:
    """Return the condition that an article is within some hours of one of these texts."""
    stretches: list[list[float]] = []
    for text in texts:
        if stretches and text.hours - hours <= stretches[-1][1]:
            stretches[-1][1] = text.hours + hours
        else:
            stretches.append([text.hours - hours, text.hours + hours])
    if len(stretches) > MANY:
        stretches = [[stretches[0][0], stretches[-1][1]]]
    condition = Q()
    for start, end in stretches:
        condition |= Q(published_date_time__gte=_time(start), published_date_time__lte=_time(end + 1 / 3600))
    return condition


def _time(hours: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(hours * 3600, dt.UTC)
