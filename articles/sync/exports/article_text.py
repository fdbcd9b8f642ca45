"""What files say of articles, and are to say: rows -> plain values, and the text of a file."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from articles.content.columns import SCALARS
from articles.content.values import each_from_json, from_json
from articles.content.yaml.patcher import REMOVED
from articles.content.yaml.writer import lines_of_item, write_file
from articles.models import Article, ArticleTopic, RelatedEntry, RelatedLink, UnlinkedEntry
from articles.sync.field_values import entry_values
from articles.sync.names import file_key
from articles.sync.related_entries import said_by

# Keys that stand in a file though they say nothing beyond what their absence would.
ALWAYS = ("category", "title", "excerpt", "published_date_time", "type", "quality", "heat", "published")


class Wording:
    """What the topics and related links of some articles come to in files, fetched for all of them at once."""

    def __init__(self, articles: Collection[Article]) -> None:
        ids = {article.pk for article in articles}
        self.topics: dict[int, list[str]] = defaultdict(list)
        links = ArticleTopic.objects.filter(article__among=ids).order_by("article", "position", "id")
        for article_id, name in links.values_list("article_id", "topic__name"):
            self.topics[article_id].append(name)
        self.related = self._related(articles)
        self._entries: dict[tuple[int | None, int], dict[str, Any]] = {}
        self._lines: dict[tuple[int | None, int], list[str]] = {}
        self._load_entries()

    @staticmethod
    def _related(articles: Collection[Article]) -> dict[int, list[tuple[int | None, int]]]:
        """Return entry and target of all that articles' related lists hold, in order."""
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
        """Fetch what entries say, each once however many lists repeat it."""
        places = {place for places in self.related.values() for place in places}
        ids = {entry for entry, _ in places if entry is not None}
        for entry in RelatedEntry.objects.filter(pk__among=ids).select_related("target__provider"):
            self._entries[entry.pk, entry.target_id] = from_json(said_by(entry))
        # An editor's link has no entry: it says what the article's own file does.
        targets = {target for entry, target in places if entry is None}
        for article in Article.objects.filter(pk__among=targets).select_related("provider"):
            self._entries[None, article.pk] = from_json(entry_values(article)) | (
                {} if article.web_url else {"originalUrl": article.original_url}
            )

    def entries_of(self, article: Article) -> list[dict[str, Any]]:
        return [self._entries[place] for place in self.related[article.pk] if place in self._entries]

    def entry_lines_of(self, article: Article) -> list[str]:
        """Return the lines of an article's related list, those of each entry written once."""
        lines: list[str] = []
        for place in self.related[article.pk]:
            if place in self._entries:
                if place not in self._lines:
                    self._lines[place] = lines_of_item(self._entries[place], "related", 2)
                lines += self._lines[place]
        return lines

    def text_of(self, article: Article) -> str:
        """Return the whole text of an article's file in the house's style."""
        values, body = values_of_file(article, self, related=False)
        return write_file(values, body, {"related": self.entry_lines_of(article)})


def values_of_file(article: Article, wording: Wording, related: bool = True) -> tuple[dict[str, Any], str]:
    """Return the plain values of an article's file, and the text below them, as the article stands now."""
    values = {file_key(name): getattr(article, name) for name in SCALARS if name in ALWAYS or getattr(article, name)}
    values["publishedDateTime"] = article.published_date_time.astimezone(dt.UTC)
    values["provider"] = provider_value(article)
    optional = {"topics": wording.topics[article.pk], "images": from_json(article.images)}
    if related:
        optional["related"] = wording.entries_of(article)
    values |= {key: value for key, value in optional.items() if value}
    return values | each_from_json(article.extra), article.body


def provider_value(article: Article) -> dict[str, Any]:
    """Return what a file says of its provider: its own words, or the provider's that an editor chose."""
    if "provider" in article.edited or article.folder_id is None:
        return {"name": article.provider.name, "domain": article.provider.domain}
    said = each_from_json(article.provider_said)
    return ({"name": said["name"]} if "name" in said else {}) | {"domain": article.provider.domain} | said


def changes_of(article: Article, wording: Wording) -> tuple[dict[str, Any], str | None]:
    """Return the keys that editors changed with their values, and the body if that was changed."""
    if not article.edited:
        return {}, None
    values, body = values_of_file(article, wording)
    names = [name for name in article.edited if name != "body"]
    changes = {file_key(name): values.get(file_key(name), REMOVED) for name in names}
    return changes, body if "body" in article.edited else None
