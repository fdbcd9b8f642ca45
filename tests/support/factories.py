"""Rows for tests that do not begin with files."""

import datetime as dt
from itertools import count
from typing import Any

from articles.changes import changing_articles, stories_at_the_end, touch_stories
from articles.content.identity import tie_of
from articles.models import Article, ArticleTopic, Provider, RelatedLink, Topic

NUMBERS = count(1)
TIME = dt.datetime(2023, 9, 1, 12, 0, tzinfo=dt.UTC)


def make_provider(domain: str = "a.example", **values: Any) -> Provider:
    return Provider.objects.get_or_create(domain=domain, defaults={"name": domain.title()} | values)[0]


def make_topic(name: str = "AI", **values: Any) -> Topic:
    return Topic.objects.get_or_create(name=name, defaults={"slug": name.lower().replace(" ", "-")} | values)[0]


def make_article(topics: list[Topic] | None = None, related: list[Article] | None = None, **values: Any) -> Article:
    """Return a saved, listed article; ``values`` replace its fields."""
    number = next(NUMBERS)
    values = {
        "title": f"Article {number}",
        "slug": f"article-{number}",
        "published_date_time": TIME - dt.timedelta(seconds=number),
        "web_url": f"https://a.example/{number}",
        "published": True,
        "heat": 70,
    } | values
    if not values.get("is_reference"):
        values.setdefault("date", values["published_date_time"].date())
    values.setdefault("provider", make_provider())
    article = Article(**values)
    article.tie = tie_of(article.date, article.slug, article.web_url)
    # What follows from an article takes longest: once for the row with all that belongs to it.
    with stories_at_the_end(), changing_articles() as changes:
        Article.objects.bulk_create([article])
        changes.add_saved(article.pk)
        ArticleTopic.objects.bulk_create(
            ArticleTopic(article=article, topic=topic, position=position) for position, topic in enumerate(topics or [])
        )
        RelatedLink.objects.bulk_create(
            RelatedLink(article=article, target=target, position=position)
            for position, target in enumerate(related or [])
        )
        touch_stories(target.pk for target in related or [])
    article.refresh_from_db()
    return article


def make_reference(**values: Any) -> Article:
    return make_article(**({"is_reference": True, "slug": "", "date": None, "published": False} | values))
