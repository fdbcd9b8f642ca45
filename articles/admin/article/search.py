"""The search of the article list: like that of readers, and also by address, file or title of any article."""

import re
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q, QuerySet

from articles.content.yaml.characters import SLUG_PATTERN
from articles.models import Article
from articles.search import searching
from articles.search.query import parse
from articles.text.parameters import day_of

MAX_FOUND = 1000


def find(articles: QuerySet[Article], term: str) -> QuerySet[Article]:
    """Filter ``articles`` by a search term: an address here or at a provider, a file's path, or words.

    Words find the MAX_FOUND best results of the readers' search, and all articles with every word in the title.
    """
    term = term.strip()
    if re.match(r"https?://", term):
        return articles.filter(at_address(term))
    if own := re.search(rf"/?([0-9]{{4}})/([0-9]{{2}})/([0-9]{{2}})/({SLUG_PATTERN})/?$", term):
        day = day_of(int(own[1]), int(own[2]), int(own[3]))
        return articles.filter(date=day, slug=own[4]) if day else articles.none()
    if "/" in term or term.endswith((".md", ".markdown")):
        return articles.filter(Q(source_path=term) | Q(source_path__endswith=f"/{term}"))
    found = searching.find(searching.prepare(parse(term)))
    in_title = reduce(and_, (Q(title__icontains=word) for word in term.split()[:8]))
    return articles.filter(Q(pk__among=found.ids[:MAX_FOUND]) | in_title)


def at_address(address: str) -> Q:
    """Return the condition that an article has an address at its provider, with either scheme or slash."""
    bare = re.sub(r"^https?://", "", address.split("#")[0].strip())
    plain = bare.rstrip("/")
    written = {f"{scheme}://{each}" for scheme in ("http", "https") for each in (bare, plain, f"{plain}/")}
    return Q(web_url__among=written) | Q(original_url__among=written)


def known_at(address: str, without: int = 0) -> list[dict[str, Any]]:
    """Return at most five articles, references included, with an address at their provider."""
    if not re.match(r"https?://[^/]", address) or len(address) > 2000:
        return []
    found = Article.objects.filter(at_address(address)).exclude(pk=without).order_by("is_reference", "pk")
    return [dict(row) for row in found.values("pk", "title", "is_reference")[:5]]
