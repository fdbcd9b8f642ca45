"""JSON Feed 1.1. https://www.jsonfeed.org/version/1.1/"""

import json
from typing import Any

from articles.distribution.feeds.records import Feed, Item
from articles.distribution.xml import clean

TYPE = "application/feed+json"


def write(feed: Feed) -> bytes:
    """Return a feed as a JSON Feed document in UTF-8."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(feed.title),
        "home_page_url": feed.page_url,
        "feed_url": feed.url,
        "description": clean(feed.description),
        "language": feed.language,
        "hubs": [{"type": "WebSub", "url": hub} for hub in feed.hubs],
        "items": [_item(item) for item in feed.items],
    }
    filled = {name: value for name, value in document.items() if value or name == "items"}
    return json.dumps(filled, ensure_ascii=False).encode()


def _item(item: Item) -> dict[str, Any]:
    author = {"name": clean(item.provider), "url": item.provider_url}
    values: dict[str, Any] = {
        "id": item.id,
        "url": item.url,
        "external_url": item.external_url,
        "title": clean(item.title),
        # One of the contents is required.
        "content_text": clean(item.summary),
        "image": item.picture.url if item.picture else "",
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
        "authors": [{name: value for name, value in author.items() if value}],
        "tags": [clean(topic) for topic in item.topics],
    }
    return {name: value for name, value in values.items() if value or name == "content_text"}
