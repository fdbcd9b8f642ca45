"""Entries of sitemaps, written as XML: https://www.sitemaps.org/protocol.html and Google's extensions of it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from articles.distribution.xml import clean

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


@dataclass(frozen=True, slots=True)
class News:
    """What a news sitemap tells of an article; ``language`` is its code in ISO 639."""

    title: str
    published: dt.datetime
    language: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A page or a file, by its address on this site; ``image`` may be of another."""

    url: str
    lastmod: dt.datetime | None = None
    image: str = ""
    news: News | None = None


def text_of(value: str) -> str:
    """Return text as it is written in XML, without the characters that XML does not have."""
    return escape(clean(value))


def index_xml(base: str, entries: Iterable[Entry]) -> str:
    """Return the index of sitemaps; ``base`` is the site's address, such as ``https://news.example``."""
    lines = "".join(f"<sitemap>{_address(base, each)}</sitemap>\n" for each in entries)
    return f"{HEAD}<sitemapindex {SITEMAP}>\n{lines}</sitemapindex>\n"


def sitemap_xml(base: str, entries: Iterable[Entry]) -> str:
    """Return a sitemap of pages with their pictures."""
    lines = "".join(f"<url>{_address(base, each)}{_image(base, each)}</url>\n" for each in entries)
    return f"{HEAD}<urlset {SITEMAP} {IMAGE}>\n{lines}</urlset>\n"


def news_xml(base: str, entries: Iterable[Entry], site_name: str) -> str:
    """Return a news sitemap, of which each entry has ``news``."""
    lines = "".join(f"<url>{_address(base, each)}{_news(each.news, site_name)}</url>\n" for each in entries)
    return f"{HEAD}<urlset {SITEMAP} {NEWS}>\n{lines}</urlset>\n"


def _address(base: str, entry: Entry) -> str:
    lastmod = f"<lastmod>{_written(entry.lastmod)}</lastmod>" if entry.lastmod else ""
    return f"<loc>{text_of(base + entry.url)}</loc>{lastmod}"


def _image(base: str, entry: Entry) -> str:
    if not entry.image:
        return ""
    return f"<image:image><image:loc>{text_of(urljoin(base, entry.image))}</image:loc></image:image>"


def _news(news: News | None, site_name: str) -> str:
    if news is None:
        return ""
    publication = f"<news:name>{text_of(site_name)}</news:name><news:language>{news.language}</news:language>"
    return (
        f"<news:news><news:publication>{publication}</news:publication>"
        f"<news:publication_date>{_written(news.published)}</news:publication_date>"
        f"<news:title>{text_of(news.title)}</news:title></news:news>"
    )


def _written(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="seconds")
