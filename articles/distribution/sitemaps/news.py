"""The news sitemap: the articles of the last two days, newest first."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone

from articles.distribution.sitemaps.xml import Entry, News
from articles.models import Article
from articles.models.article import article_url
from articles.models.querysets import ArticleQuerySet
from articles.pages.shown import shows_age_until
from articles.text.rendering import plain_text

AGE = dt.timedelta(hours=48)
PER_FILE = 1000  # entries; search engines read no more
# ISO 639, with the two kinds of Chinese that news sitemaps tell apart.
LANGUAGE = re.compile(r"(zh)[-_](cn|tw|hans|hant)\b|([a-z]{2,3})(?![a-z])", re.IGNORECASE)
CHINESE = {"hans": "cn", "hant": "tw"}


def recent(now: dt.datetime | None = None) -> ArticleQuerySet:
    """Return the listed articles that are at most 48 hours old, newest first."""
    now = now or timezone.now()
    return Article.objects.listed(now).filter(listed_from__gte=now - AGE).newest_first()


def count() -> int:
    """Return how many articles are in the news sitemap now."""
    found = recent()
    _changes_with_the_oldest(found)
    return found.count()


def articles_of(part: int) -> list[Entry]:
    """Return the entries of one file, ``part`` beginning at 1."""
    found = recent()
    _changes_with_the_oldest(found)
    first = (part - 1) * PER_FILE
    rows: Iterable[tuple[Any, ...]] = found.values_list("date", "slug", "title", "listed_from", "extra")[
        first : first + PER_FILE
    ]
    return [
        Entry(article_url(date, slug), news=News(plain_text(title), listed_from, language_of(extra)))
        for date, slug, title, listed_from, extra in rows
    ]


def language_of(extra: dict[str, Any]) -> str:
    """Return the code of the language that an article's file names, else that of the site."""
    for said in (extra.get("language"), extra.get("lang"), settings.LANGUAGE_CODE):
        if isinstance(said, str) and (match := LANGUAGE.match(said.strip())):
            chinese, kind, code = match.groups()
            return f"zh-{CHINESE.get(kind.lower(), kind.lower())}" if chinese else code.lower()
    return "en"


def _changes_with_the_oldest(found: ArticleQuerySet) -> None:
    """Tell the page cache when the first of the articles is too old."""
    oldest = found.order_by("listed_from").values_list("listed_from", flat=True).first()
    if oldest:
        shows_age_until(oldest + AGE)
