"""Makes plain values, and the text of a file, from an article's rows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from articles.content.columns import SCALARS
from articles.content.identity import own_addresses
from articles.content.values import each_from_json, from_json
from articles.content.yaml.patcher_marks import REMOVED
from articles.content.yaml.writer import lines_of_item, write_file
from articles.models import Article, ArticleAlias, ArticleTopic, RelatedEntry, RelatedLink, UnlinkedEntry
from articles.sync.field_values import entry_values
from articles.sync.names import file_key
from articles.sync.related_entries import values_of_entry

# Keys that are always written, even with their default values.
ALWAYS = ("category", "title", "excerpt", "published_date_time", "type", "quality", "heat", "published")


class Wording:
    """The topics and related entries of some articles as they are written to files, fetched for all of them at once."""

    def __init__(self, articles: Collection[Article]) -> None:
        ids = {article.pk for article in articles}
        self.topics: dict[int, list[str]] = defaultdict(list)
        links = ArticleTopic.objects.filter(article__among=ids).order_by("article", "position", "id")
        for article_id, name in links.values_list("article_id", "topic__name"):
            self.topics[article_id].append(name)
        self.aliases: dict[int, list[str]] = defaultdict(list)
        aliases = ArticleAlias.objects.filter(article__among=ids).order_by("pk")
        for article_id, path in aliases.values_list("article_id", "path"):
            self.aliases[article_id].append(path)
        self.related = self._related(articles)
        self._entries: dict[tuple[int | None, int], dict[str, Any]] = {}
        self._lines: dict[tuple[int | None, int], list[str]] = {}
        self._load_entries()

    @staticmethod
    def _related(articles: Collection[Article]) -> dict[int, list[tuple[int | None, int]]]:
        """Return the entries and targets of articles' related lists, in order, by article id."""
        ids = {article.pk for article in articles}
        as_in_file = {article.pk for article in articles if "related" not in article.edited}
        links = RelatedLink.objects.filter(article__among=ids).order_by("position", "id")
        unlinked = UnlinkedEntry.objects.filter(article__among=as_in_file).order_by("position", "id")
        rows = [
            *links.values_list("article_id", "position", "entry_id", "target_id"),
            *unlinked.values_list("article_id", "position", "entry_id", "entry__target_id"),
        ]
        related: dict[int, list[tuple[int | None, int]]] = defaultdict(list)
        for article_id, _, entry, target in sorted(rows, key=lambda row: row[1]):
            related[article_id].append((entry, target))
        return related

    def _load_entries(self) -> None:
        """Fetch the values of entries, each once however many lists repeat it."""
        items = {item for related in self.related.values() for item in related}
        ids = {entry for entry, _ in items if entry is not None}
        for entry in RelatedEntry.objects.filter(pk__among=ids).select_related("target__provider"):
            self._entries[entry.pk, entry.target_id] = from_json(values_of_entry(entry))
        # A link made by an editor has no entry; it gets the values of the target's own file.
        targets = {target for entry, target in items if entry is None}
        for article in Article.objects.filter(pk__among=targets).select_related("provider"):
            values = from_json(entry_values(article))
            if article.original_url and not article.web_url:
                values["originalUrl"] = article.original_url
            elif not article.web_url and article.date:
                values["webUrl"] = next(own_addresses(article.provider.domain, article.date, article.slug))
            self._entries[None, article.pk] = values

    def entries_of(self, article: Article) -> list[dict[str, Any]]:
        return [self._entries[item] for item in self.related[article.pk] if item in self._entries]

    def entry_lines_of(self, article: Article) -> list[str]:
        """Return the lines of an article's related list; those of each entry are cached."""
        lines: list[str] = []
        for item in self.related[article.pk]:
            if item in self._entries:
                if item not in self._lines:
                    self._lines[item] = lines_of_item(self._entries[item], "related", 2)
                lines += self._lines[item]
        return lines

    def text_of(self, article: Article) -> str:
        """Return the whole text of an article's file in the house style."""
        values, body = values_of_file(article, self, related=False)
        return write_file(values, body, {"related": self.entry_lines_of(article)})


def values_of_file(article: Article, wording: Wording, related: bool = True) -> tuple[dict[str, Any], str]:
    """Return the plain values and the body of an article's file, from its current rows."""
    values = {file_key(name): getattr(article, name) for name in SCALARS if name in ALWAYS or getattr(article, name)}
    values["publishedDateTime"] = article.published_date_time.astimezone(dt.UTC)
    values["provider"] = provider_value(article)
    optional = {"topics": wording.topics[article.pk], "images": from_json(article.images)}
    optional["aliases"] = wording.aliases[article.pk]
    if related:
        optional["related"] = wording.entries_of(article)
    values |= {key: value for key, value in optional.items() if value}
    return values | each_from_json(article.extra), article.body


def provider_value(article: Article) -> dict[str, Any]:
    """Return the value of ``provider`` for a file: its own, or that of the provider that an editor chose."""
    if "provider" in article.edited or article.folder_id is None:
        return {"name": article.provider.name, "domain": article.provider.domain}
    own = each_from_json(article.provider_said)
    return ({"name": own["name"]} if "name" in own else {}) | {"domain": article.provider.domain} | own


def changes_of(article: Article, wording: Wording) -> tuple[dict[str, Any], str | None]:
    """Return the keys that editors changed with their values, and the body if that was changed."""
    if not article.edited:
        return {}, None
    values, body = values_of_file(article, wording)
    names = [name for name in article.edited if name != "body"]
    changes = {file_key(name): values.get(file_key(name), REMOVED) for name in names}
    return changes, body if "body" in article.edited else None
