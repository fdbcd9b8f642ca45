"""The fields that files and articles have in common, as columns and as plain values to compare and store."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from articles.content.columns import COLUMNS
from articles.content.identity import own_addresses, tie_of
from articles.content.schema import EntryRecord
from articles.content.times import moment_of, utc_time
from articles.content.values import from_json
from articles.models import Article, ArticleTopic, RelatedLink
from articles.models.snapshots import plain

# Fields in tables of their own: the provider's domain, the topics' names, related addresses.
LINKED = ("provider", "topics", "related")
FIELDS = (*COLUMNS, *LINKED)

# Columns that entries about the article repeat.
ENTRY_COLUMNS = (
    "title",
    "excerpt",
    "published_date_time",
    "web_url",
    "amp_web_url",
    "cdn_amp_web_url",
    "type",
    "quality",
    "images",
    "provider_said",
)
ENTRY_KEYS = {info.alias or name for name, info in EntryRecord.model_fields.items()}


# The columns of a new ``Article()`` with their defaults.
NEW = {field.attname: field.get_default() for field in Article._meta.concrete_fields
        if not (field.generated or field.primary_key)}  # fmt: skip


def plain_columns(article: Article) -> dict[str, Any]:
    return {name: plain(getattr(article, name)) for name in COLUMNS}


def values_of(articles: Collection[Article]) -> dict[int, dict[str, Any]]:
    """Return the plain values of all FIELDS of articles, by id, in at most three queries."""
    ids = [article.pk for article in articles]
    topics = _lists(ArticleTopic.objects.filter(article__among=ids), "topic__name")
    related: Mapping[int, list[Any]] = defaultdict(list)
    links = RelatedLink.objects.filter(article__among=ids).order_by("article", "position", "id")
    columns = ("target__web_url", "target__original_url", "target__provider__domain", "target__date", "target__slug")
    for article_id, entry, web_url, original_url, *own in links.values_list("article_id", "entry__address", *columns):
        related[article_id].append(entry or web_url or original_url or next(own_addresses(*own)))
    return {
        article.pk: plain_columns(article)
        | {"provider": article.provider.domain, "topics": topics[article.pk], "related": related[article.pk]}
        for article in articles
    }


def _lists(links: Any, name: str) -> Mapping[int, list[Any]]:
    lists: Mapping[int, list[Any]] = defaultdict(list)
    for article_id, value in links.order_by("article", "position", "id").values_list("article_id", name):
        lists[article_id].append(value)
    return lists


def entry_values(article: Article) -> dict[str, Any]:
    """Return the values of an entry that repeats an article's file, with keys in the usual order.

    Entries come from files, so that editors' changes are left out.
    """
    columns = {name: getattr(article, name) for name in ENTRY_COLUMNS} | article.edited
    return entry_values_of(columns, columns.get("provider", article.provider.domain))


def entry_values_of(columns: Mapping[str, Any], domain: str) -> dict[str, Any]:
    """Return the values of an entry that repeats a file with these ENTRY_COLUMNS.

    ``domain`` is the provider's; ``provider_said`` has the file's own if the provider had another one then.
    """
    name = columns["provider_said"].get("name")
    domain = columns["provider_said"].get("domain") or domain
    values: dict[str, Any] = {
        "title": columns["title"],
        "excerpt": columns["excerpt"],
        "publishedDateTime": {"!timestamp": plain(columns["published_date_time"])},
    }
    for key, column in (("webUrl", "web_url"), ("ampWebUrl", "amp_web_url"), ("cdnAmpWebUrl", "cdn_amp_web_url")):
        if columns[column]:
            values[key] = columns[column]
    values["type"] = columns["type"]
    values["provider"] = {"name": name, "domain": domain} if name else {"domain": domain}
    values["quality"] = columns["quality"]
    if columns["images"]:
        values["images"] = columns["images"]
    return values


def reference_columns(address: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a reference with an entry's plain ``values``, except for the provider."""
    return {
        "title": values["title"],
        "excerpt": values.get("excerpt") or "",
        "published_date_time": _utc(values["publishedDateTime"]),
        "web_url": address,
        "original_url": values.get("originalUrl") or "",
        "amp_web_url": values.get("ampWebUrl") or "",
        "cdn_amp_web_url": values.get("cdnAmpWebUrl") or "",
        "type": values.get("type") or "article",
        "quality": values.get("quality") or 0,
        "images": values.get("images") or [],
        "extra": {key: value for key, value in values.items() if key not in ENTRY_KEYS},
        "provider_said": {key: value for key, value in values["provider"].items() if key != "domain"},
    }


def new_reference_columns(columns: Mapping[str, Any], provider_id: int) -> dict[str, Any]:
    """Return all columns of a new reference but its id, always in the same order."""
    tie = tie_of(None, "", columns["web_url"])
    return {**NEW, **columns, "is_reference": True, "provider_id": provider_id, "tie": tie}


def _utc(value: dict[str, str] | str) -> dt.datetime:
    """Return the time of an entry, which has been validated; one that is written as text is kept as text."""
    moment = moment_of(from_json(value))
    if moment is None:
        raise ValueError(f"an entry without a time: {value}")
    return utc_time(moment, timezone.get_default_timezone())
