"""Articles as items of feeds, made of the same columns as the cards of pages."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from articles.content.image_files import image_type
from articles.distribution.feeds.records import Item, Picture, urn
from articles.models import Article
from articles.models.article import article_url
from articles.pages.cards import topics_from
from articles.pages.images import pick_image
from articles.pages.links import source_url
from articles.pages.shown import CATALOGUE, shows, shows_articles
from articles.text.rendering import plain_text

SIZE = 30  # items of a feed at most
Absolute = Callable[[str], str]  # makes an address of this site absolute


def newest(articles: Any) -> list[dict[str, Any]]:
    """Return rows of the newest of some listed articles, in one query."""
    return list(feed_rows(articles.newest_first())[:SIZE])


def rows_of(ids: list[int]) -> list[dict[str, Any]]:
    """Return rows of articles in the order of ``ids``, in one query."""
    rows = {row["id"]: row for row in feed_rows(Article.objects.filter(pk__among=ids))}
    return [rows[pk] for pk in ids if pk in rows]


def feed_rows(articles: Any) -> QuerySet[Article, dict[str, Any]]:
    rows: QuerySet[Article, dict[str, Any]] = articles.card_columns("updated_at", "listed_from")
    return rows


def items_from(rows: Iterable[dict[str, Any]], absolute: Absolute) -> list[Item]:
    rows = list(rows)
    shows(CATALOGUE)
    shows_articles(row["id"] for row in rows)
    return [_item(row, absolute) for row in rows]


def _item(row: dict[str, Any], absolute: Absolute) -> Item:
    published = row["published_date_time"]
    return Item(
        id=urn("article", row["id"]),
        title=plain_text(row["title"]),
        url=absolute(article_url(row["date"], row["slug"])),
        external_url=source_url(row),
        summary=plain_text(row["excerpt"]),
        published=published,
        # Readers see nothing of an article before it is listed.
        updated=max(published, row["updated_at"] or published),
        provider=plain_text(row["provider__name"]),
        provider_url=absolute(reverse("provider", args=[row["provider__domain"]])),
        topics=tuple(topic.name for topic in topics_from(row["topics_json"])),
        picture=_picture(row, absolute),
    )


def _picture(row: dict[str, Any], absolute: Absolute) -> Picture | None:
    image = pick_image(row["images"], row["own_images"])
    if image is None:
        return None
    url = absolute(image.url)
    return Picture(url, image_type(url.partition("?")[0]), image.width, image.height)
