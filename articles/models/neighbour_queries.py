"""The listed articles before and after one: in its story, and of other stories in the listing of a topic."""

import datetime as dt
from typing import Any

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from articles.db.prepared import Prepared
from articles.db.reading import reading_connection
from articles.models.article import Article
from articles.models.querysets import RELATED_FIELDS

# Each part reads the beginning of a range of an index, or the members of a story. The ORM cannot limit the parts of a
# union on SQLite.
_OF_STORY = """
    SELECT id FROM (
        SELECT place.id
        FROM articles_storymember AS member
        JOIN articles_article AS place ON place.id = member.article_id
        WHERE member.story_id = %s AND place.listed_from <= %s
            AND (place.listed_from, place.tie, place.id) {compared} (%s, %s, %s)
        ORDER BY place.listed_from {order}, place.tie {order}, place.id {order}
        LIMIT %s
    ) AS of_story
"""
_OF_TOPIC = """
    SELECT article_id FROM (
        SELECT place.article_id
        FROM articles_articletopic AS place
        WHERE place.topic_id = %s AND place.listed_from <= %s
            AND (place.listed_from, place.tie, place.article_id) {compared} (%s, %s, %s)
            AND NOT EXISTS (
                SELECT 1 FROM articles_storymember AS member
                WHERE member.article_id = place.article_id AND member.story_id = %s
            )
        ORDER BY place.listed_from {order}, place.tie {order}, place.article_id {order}
        LIMIT %s
    ) AS of_topic
"""
_SIDES = ({"compared": "<", "order": "DESC"}, {"compared": ">", "order": "ASC"})
_NEIGHBOURS = " UNION ALL ".join(part.format(**side) for part in (_OF_STORY, _OF_TOPIC) for side in _SIDES)


def _build(
    article: int, time: dt.datetime, tie: int, topic: int, story: int, number: int, now: dt.datetime
) -> QuerySet[Article, Any]:
    adapt = reading_connection(Article).ops.adapt_datetimefield_value
    here = adapt(now), adapt(time), tie, article
    of_story, of_topic = (story, *here, number), (topic, *here, story, number)
    values = (*of_story, *of_story, *of_topic, *of_topic)
    is_neighbour = RawSQL(f"articles_article.id IN ({_NEIGHBOURS})", values, BooleanField())  # noqa: S611
    return Article.objects.filter(is_neighbour).order_by().values(*RELATED_FIELDS)


_ROWS = Prepared(_build)


def neighbour_rows(
    article: int, time: dt.datetime, tie: int, topic: int | None, story: int | None, number: int
) -> list[dict[str, Any]]:
    """Return rows of ``RELATED_FIELDS``, in no order: the ``number`` nearest on each side of an article in both listings.

    ``time`` is when the article was listed. Those of other stories than ``story`` are of the topic. One query.
    """
    return _ROWS.rows(
        article=article, time=time, tie=tie, topic=topic or 0, story=story or 0, number=number, now=timezone.now()
    )
