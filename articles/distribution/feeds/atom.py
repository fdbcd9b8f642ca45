"""Atom 1.0. https://www.rfc-editor.org/rfc/rfc4287"""

import html
from xml.etree import ElementTree as ET

from articles.distribution.feeds.records import GENERATOR, Feed, Item, clean

TYPE = "application/atom+xml"
_SPACE = "http://www.w3.org/2005/Atom"


def write(feed: Feed) -> bytes:
    """Return a feed as an Atom document in UTF-8."""
    root = ET.Element("feed", {"xmlns": _SPACE, "xml:lang": feed.language})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    if feed.description:
        _add(root, "subtitle", feed.description)
    _add(root, "updated", feed.updated.isoformat())
    _add(root, "generator", GENERATOR)
    _add(root, "link", rel="self", type=TYPE, href=feed.url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page_url)
    if not feed.items:
        _add_author(root, feed.title, "")  # which a feed without entries must have
    for item in feed.items:
        _add_entry(root, item)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _add_entry(root: ET.Element, item: Item) -> None:
    entry = ET.SubElement(root, "entry")
    _add(entry, "id", item.id)
    _add(entry, "title", item.title)
    _add(entry, "link", rel="alternate", type="text/html", href=item.url)
    if item.external_url:
        _add(entry, "link", rel="via", type="text/html", href=item.external_url)
    if item.picture:
        kind = {"type": item.picture.media_type} if item.picture.media_type else {}
        _add(entry, "link", rel="enclosure", href=item.picture.url, **kind)
    _add(entry, "published", item.published.isoformat())
    _add(entry, "updated", item.updated.isoformat())
    _add_author(entry, item.provider, item.provider_url)
    for topic in item.topics:
        _add(entry, "category", term=topic)
    if item.summary:
        _add(entry, "summary", html.escape(item.summary, quote=False), type="html")


def _add_author(parent: ET.Element, name: str, url: str) -> None:
    author = ET.SubElement(parent, "author")
    _add(author, "name", name)
    if url:
        _add(author, "uri", url)


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> None:
    element = ET.SubElement(parent, name, {key: clean(value) for key, value in attributes.items()})
    if text:
        element.text = clean(text)
