"""What pages tell programs about themselves: JSON-LD in the vocabulary of https://schema.org, as plain dictionaries.

Nothing is in it that the page itself does not show, and articles without a page here are left out. Addresses are full
ones; ``base`` is that of the site, such as ``https://news.example``.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from articles.pages.cards import Card, ProviderCard, RelatedItem
from articles.text.rendering import json_block

Data = dict[str, Any]
Crumb = tuple[str, str]  # name and address
HEADLINE = 110  # characters, as search engines show no more


def block(*parts: Data) -> SafeString:
    """Return the parts as a data block of HTML, which browsers do not run and the site's policy need not allow."""
    return json_block({"@context": "https://schema.org", "@graph": list(parts)}, "application/ld+json")


def website(base: str) -> Data:
    """Return the site with its search."""
    template = f"{base}{reverse('search')}?q={{words}}"
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": template},
        "query-input": "required name=words",
    }
    site = _site(base) | {"potentialAction": action}
    return site | ({"description": str(settings.SITE_TAGLINE)} if settings.SITE_TAGLINE else {})


def collection(base: str, url: str, name: str, items: Iterable[str], description: str = "") -> Data:
    """Return a page that lists what is at the addresses ``items``."""
    data = {"@type": "CollectionPage", "name": name, "url": _absolute(base, url), "isPartOf": _site(base)}
    if description:
        data["description"] = description
    return data | {"mainEntity": _list({"url": _absolute(base, each)} for each in items)}


def breadcrumbs(base: str, *crumbs: Crumb) -> Data:
    """Return the path to a page, whose last step is the page itself."""
    steps = _list({"name": name, "item": _absolute(base, url)} for name, url in crumbs)
    return {"@type": "BreadcrumbList", "itemListElement": steps["itemListElement"]}


def article(base: str, card: Card, updated_at: dt.datetime | None) -> Data:
    """Return an article: its provider has published it, this site has a page about it."""
    publisher = _provider(card.provider)
    data = {
        "@type": "NewsArticle",
        "headline": _cut(card.title),
        "url": _absolute(base, card.url),
        "mainEntityOfPage": _absolute(base, card.url),
        "datePublished": _time(card.published_date_time),
        "dateModified": _time(max(card.published_date_time, updated_at or card.published_date_time)),
        "author": publisher,
        "publisher": publisher,
    }
    optional = {
        "description": card.excerpt,
        "isBasedOn": card.source_url,
        "articleSection": [topic.name for topic in card.topics],
        "image": _image(base, card),
    }
    return data | {name: value for name, value in optional.items() if value}


def story(base: str, url: str, name: str, accounts: Sequence[RelatedItem]) -> Data:
    """Return the page of a story as a list of those of its accounts that have a page here."""
    articles = (_account(base, each) for each in accounts if not each.is_external)
    data = collection(base, url, _cut(name), ())
    return data | {"mainEntity": _list({"item": each} for each in articles)}


def _account(base: str, item: RelatedItem) -> Data:
    return {
        "@type": "NewsArticle",
        "headline": _cut(item.title),
        "url": _absolute(base, item.url),
        "datePublished": _time(item.published_date_time),
        "publisher": {"@type": "Organization", "name": item.provider_name, "url": f"https://{item.facts.domain}/"},
    }


def _absolute(base: str, url: str) -> str:
    """Return the address of a page here, or of a picture that may be elsewhere."""
    return f"{base}{url}" if url.startswith("/") and not url.startswith("//") else urljoin(base, url)


def _site(base: str) -> Data:
    return {"@type": "WebSite", "name": settings.SITE_NAME, "url": f"{base}/"}


def _list(items: Iterable[Data]) -> Data:
    entries = [{"@type": "ListItem", "position": number} | item for number, item in enumerate(items, 1)]
    return {"@type": "ItemList", "numberOfItems": len(entries), "itemListElement": entries}


def _provider(provider: ProviderCard) -> Data:
    logo = {"logo": provider.logo_url} if provider.logo_url.startswith("http") else {}
    return {"@type": "Organization", "name": provider.name, "url": f"https://{provider.domain}/"} | logo


def _image(base: str, card: Card) -> Data:
    if not card.image:
        return {}
    size = {"width": card.image.width, "height": card.image.height}
    return {"@type": "ImageObject", "url": _absolute(base, card.image.url)} | size


def _cut(text: str) -> str:
    return text if len(text) <= HEADLINE else f"{text[: HEADLINE - 1].rstrip()}…"


def _time(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="seconds")
