"""Atom 1.0. https://www.rfc-editor.org/rfc/rfc4287"""

import html
from xml.etree import ElementTree as ET

from articles.distribution.feeds.records import GENERATOR, Feed, Item
from articles.distribution.xml import add

TYPE = "application/atom+xml"
_SPACE = "http://www.w3.org/2005/Atom"


def write(feed: Feed) -> bytes:
    """Return a feed as an Atom document in UTF-8."""
    root = ET.Element("feed", {"xmlns": _SPACE, "xml:lang": feed.language})
    add(root, "id", feed.id)
    add(root, "title", feed.title)
    if feed.description:
        add(root, "subtitle", feed.description)
    add(root, "updated", feed.updated.isoformat())
    add(root, "generator", GENERATOR)
    add(root, "link", rel="self", type=TYPE, href=feed.url)
    for hub in feed.hubs:
        add(root, "link", rel="hub", href=hub)
    add(root, "link", rel="alternate", type="text/html", href=feed.page_url)
    if not feed.items:
        _add_author(root, feed.title, "")  # which a feed without entries must have
    for item in feed.items:
        _add_entry(root, item)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _add_entry(root: ET.Element, item: Item) -> None:
    entry = ET.SubElement(root, "entry")
    add(entry, "id", item.id)
    add(entry, "title", item.title)
    add(entry, "link", rel="alternate", type="text/html", href=item.url)
    if item.external_url:
        add(entry, "link", rel="via", type="text/html", href=item.external_url)
    if item.picture:
        kind = {"type": item.picture.media_type} if item.picture.media_type else {}
        add(entry, "link", rel="enclosure", href=item.picture.url, **kind)
    add(entry, "published", item.published.isoformat())
    add(entry, "updated", item.updated.isoformat())
    _add_author(entry, item.provider, item.provider_url)
    for topic in item.topics:
        add(entry, "category", term=topic)
    if item.summary:
        add(entry, "summary", html.escape(item.summary, quote=False), type="html")


def _add_author(parent: ET.Element, name: str, url: str) -> None:
    author = ET.SubElement(parent, "author")
    add(author, "name", name)
    if url:
        add(author, "uri", url)
