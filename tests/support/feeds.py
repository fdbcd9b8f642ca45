"""The feeds of a site, and what feed readers find in them."""

import json
from collections.abc import Iterator
from typing import Any

import feedparser
from django.test import Client

from articles.models import ListingMonth, Provider, Story, Thread, Topic

FORMATS = ("rss", "atom", "json")


def feed_addresses(form: str = "rss") -> Iterator[str]:
    """Yield the addresses of all feeds there are, in one format, and of the lists of feeds."""
    yield from (f"/feeds/{name}.{form}" for name in ("front", "latest"))
    yield f"/search/feed.{form}?q=excerpt"
    for topic in Topic.objects.all():
        yield f"{topic.get_absolute_url()}feed.{form}"
        yield f"{topic.get_absolute_url()}feed.{form}?deep=1"
        yield f"/feeds/combined.{form}?topic={topic.slug}&min_quality=0"
    yield from (f"{provider.get_absolute_url()}feed.{form}" for provider in Provider.objects.all())
    yield from (f"{story.get_absolute_url()}feed.{form}" for story in Story.objects.filter(size__gt=0))
    yield from (f"{thread.get_absolute_url()}feed.{form}" for thread in Thread.objects.with_page())
    for month in ListingMonth.objects.values_list("month", flat=True).distinct():
        yield f"/archive/{month:%Y/%m}/feed.{form}"
    yield from ("/feeds/topics.opml", "/feeds/providers.opml")


def entries(client: Client, url: str) -> list[dict[str, Any]]:
    """Return what a feed reader finds in a feed, with the same keys for every format."""
    response = client.get(url)
    assert response.status_code == 200, url
    if response["Content-Type"].startswith("application/feed+json"):
        return [_of_json(item) for item in json.loads(response.content)["items"]]
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [_of_xml(entry) for entry in parsed.entries]


def titles(client: Client, url: str) -> list[str]:
    return [entry["title"] for entry in entries(client, url)]


def _of_json(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item["id"],
        "title": item["title"],
        "url": item["url"],
        "external": item.get("external_url", ""),
        "summary": item["content_text"],
        "author": item["authors"][0]["name"],
        "topics": item.get("tags", []),
        "image": item.get("image", ""),
        "published": item["date_published"][:19],
        "updated": item["date_modified"][:19],
    }


def _of_xml(entry: Any) -> dict[str, Any]:
    links = {link["rel"]: link["href"] for link in entry.links}
    return {
        "id": entry.id,
        "title": entry.title,
        "url": entry.link,
        "external": links.get("via") or entry.get("source", {}).get("href", ""),
        "summary": entry.get("summary", ""),
        "author": entry.author,
        "topics": [tag.term for tag in entry.get("tags", [])],
        "image": links.get("enclosure", ""),
        "published": _time(entry.published_parsed),
        "updated": _time(entry.updated_parsed),
    }


def _time(parsed: Any) -> str:
    return "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}".format(*parsed[:6])
