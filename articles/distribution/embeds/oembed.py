"""oEmbed: how a page of this site is put into one of another, https://oembed.com."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html

from articles.distribution.embeds.contents import Contents
from articles.distribution.xml import add
from articles.models import Article
from articles.pages.addresses import topic_called
from articles.pages.social import CARD_SIZE, card_url
from articles.text.parameters import MAX_NUMBER, day_of

VERSION = "1.0"
WIDTH, LEAST = 600, 200  # pixels
HEIGHTS = {"article": 250, "story": 540, "topic": 600}  # pixels, of all that is shown at WIDTH
NARROW, HIGHER = 480, 1.4  # pixels, below which lines break more often, and how much higher that makes a page
CACHE_AGE = 86_400  # seconds
Answer = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Embedded:
    """The article, story or topic that a page is about."""

    kind: str
    pk: int


def embedded_at(url: str, host: str) -> Embedded | None:
    """Return what the page at a full address is about, None if it is no such page of this site."""
    try:
        parts = urlsplit(url)
        path = unquote(parts.path, errors="strict")
        match = resolve(path)
    except (ValueError, Resolver404):
        return None
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != host.lower() or "\0" in path:
        return None
    values = match.kwargs
    if match.url_name == "article":
        return _article_on(slug=values["slug"], date=day_of(values["year"], values["month"], values["day"]))
    if match.url_name == "topic":
        return _topic_called(values["slug"])
    is_story = match.url_name in ("story", "story_by_number") and values["pk"] <= MAX_NUMBER
    return Embedded("story", values["pk"]) if is_story else None


def _article_on(slug: str, date: Any) -> Embedded | None:
    found = Article.objects.listed().filter(date=date, slug=slug).values_list("pk", flat=True).first() if date else None
    return Embedded("article", found) if found else None


def _topic_called(slug: str) -> Embedded | None:
    found = topic_called(slug)
    return Embedded("topic", found.pk) if found else None


def answer(subject: Embedded, contents: Contents, base: str, width: int | None, height: int | None) -> Answer:
    """Return the answer for a page; ``width`` and ``height`` are the most that the other site has room for, in pixels."""
    wide = max(min(width or WIDTH, WIDTH), LEAST)
    needed = round(HEIGHTS[subject.kind] * (HIGHER if wide < NARROW else 1))
    high = max(min(height or needed, needed), LEAST)
    frame = format_html(
        '<iframe src="{}{}" width="{}" height="{}" title="{}" loading="lazy" style="border:0"'
        ' sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>',
        base, reverse("embed", args=[subject.kind, subject.pk]), wide, high, contents.title,
    )  # fmt: skip
    given: Answer = {
        "version": VERSION, "type": "rich", "title": contents.title, "provider_name": settings.SITE_NAME,
        "provider_url": f"{base}/", "cache_age": CACHE_AGE, "html": frame, "width": wide, "height": high,
    }  # fmt: skip
    label = ""
    if subject.kind != "topic":
        provider = contents.cards[0].provider
        label = provider.name
        given |= {"author_name": provider.name, "author_url": f"{base}{provider.url}"}
    if (width or CARD_SIZE[0]) >= CARD_SIZE[0] and (height or CARD_SIZE[1]) >= CARD_SIZE[1]:
        card = card_url(subject.kind, subject.pk, contents.title, label)
        given |= {
            "thumbnail_url": f"{base}{card}", "thumbnail_width": CARD_SIZE[0], "thumbnail_height": CARD_SIZE[1],
        }  # fmt: skip
    return given


def as_xml(given: Answer) -> bytes:
    root = ET.Element("oembed")
    for name, value in given.items():
        add(root, name, str(value))
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
