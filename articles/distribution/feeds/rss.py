"""RSS 2.0, with the common modules: Atom links, Dublin Core, Media RSS. https://www.rssboard.org/rss-specification"""

import html
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from articles.distribution.feeds.records import EPOCH, GENERATOR, TTL, Feed, Item
from articles.distribution.xml import add

TYPE = "application/rss+xml"
_SPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


def write(feed: Feed) -> bytes:
    """Return a feed as an RSS document in UTF-8."""
    rss = ET.Element("rss", {"version": "2.0", **{f"xmlns:{prefix}": space for prefix, space in _SPACES.items()}})
    channel = ET.SubElement(rss, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.page_url)
    add(channel, "description", feed.description or feed.title)
    add(channel, "language", feed.language)
    if feed.updated > EPOCH:
        add(channel, "lastBuildDate", format_datetime(feed.updated, usegmt=True))
    add(channel, "ttl", str(int(TTL.total_seconds() // 60)))
    add(channel, "generator", GENERATOR)
    add(channel, "docs", "https://www.rssboard.org/rss-specification")
    add(channel, "atom:link", rel="self", type=TYPE, href=feed.url)
    for hub in feed.hubs:
        add(channel, "atom:link", rel="hub", href=hub)
    for item in feed.items:
        _add_item(channel, item)
    return ET.tostring(rss, encoding="utf-8", xml_declaration=True)


def _add_item(channel: ET.Element, item: Item) -> None:
    element = ET.SubElement(channel, "item")
    add(element, "title", item.title)
    add(element, "link", item.url)
    add(element, "guid", item.id, isPermaLink="false")
    add(element, "pubDate", format_datetime(item.published, usegmt=True))
    add(element, "atom:updated", item.updated.isoformat())
    if item.summary:
        add(element, "description", html.escape(item.summary, quote=False))  # HTML by the specification
    add(element, "dc:creator", item.provider)
    if item.external_url:
        add(element, "source", item.provider, url=item.external_url)
    for topic in item.topics:
        add(element, "category", topic)
    if picture := item.picture:
        if picture.media_type:
            # A length of 0 is what the Best Practices Profile says for sizes that are not known.
            add(element, "enclosure", url=picture.url, type=picture.media_type, length="0")
        size = {"width": str(picture.width), "height": str(picture.height)}
        kind = {"type": picture.media_type} if picture.media_type else {}
        add(element, "media:content", url=picture.url, medium="image", **kind, **size)
