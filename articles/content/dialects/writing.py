"""Turns an article's changed values into the changes of its file: under the file's own keys, in its own forms."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from articles.content.dialects.dialect import HOUSE, Dialect
from articles.content.dialects.texts import names_in
from articles.content.dialects.translation import NOTHING_KNOWN, translate, value_at
from articles.content.expiry import EXPIRY
from articles.content.formats import load_document
from articles.content.frontmatter import split, split_or_body
from articles.content.times import written_like
from articles.content.yaml.patcher_marks import REMOVED
from articles.content.yaml.reader import load

TIME = "publishedDateTime"
# The names of keys that a file has none for yet.
NEW_NAMES = {"title": "title", "excerpt": "description", TIME: "date", "webUrl": "link", "topics": "tags"}


def file_changes(text: str, changes: Mapping[str, Any], dialect: Dialect = HOUSE, path: str = "") -> dict[str, Any]:
    """Return the changes of a file's front matter for those of an article, both by key.

    Raises FrontMatterError if the file cannot be read.
    """
    if not dialect.is_house:
        return _Changes(text, dialect, path).of(changes)
    if not isinstance(changes.get(TIME), dt.datetime):
        return dict(changes)
    document = split(text)
    values = load(document.front_matter).value if document.format == "yaml" else load_document(document).value
    old = values.get(TIME) if isinstance(values, dict) else None
    return {**changes, TIME: written_like(old, changes[TIME], dialect.zone)}


class _Changes:
    """The changes of one file; ``raw`` are its values as they are written."""

    def __init__(self, text: str, dialect: Dialect, path: str) -> None:
        document = split_or_body(text)
        loaded = load_document(document, lenient=True).value
        self.raw: dict[str, Any] = loaded if isinstance(loaded, dict) else {}
        self.dialect = dialect
        self.format = document.format
        now = dt.datetime.now(dt.UTC)
        translated = translate(self.raw, document.body, path, NOTHING_KNOWN, dialect, now)
        self.sources = translated.sources
        self.is_over = EXPIRY in translated.values and translated.values[EXPIRY] <= now
        self.changes: dict[str, Any] = {}

    def of(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        for key, value in changes.items():
            if key == "published":
                self.publish(bool(value))
            elif key == "topics":
                self.set_topics([] if value is REMOVED else value)
            elif key == "images":
                self.set_images([] if value is REMOVED else value)
            else:
                self.set(key, value)
        return self.changes

    def name_of(self, key: str) -> str:
        names = self.sources.get(key)
        return names[0] if names else NEW_NAMES.get(key, key)

    def set(self, key: str, value: Any) -> None:
        name = self.name_of(key)
        if isinstance(value, dt.datetime):
            value = written_like(value_at(self.raw, name), value, self.dialect.zone)
            if self.format == "json" and isinstance(value, dt.date):
                value = value.isoformat()
        if value == "" and key not in self.raw:
            value = REMOVED
        self.put(name, value)

    def put(self, name: str, value: Any) -> None:
        """Change a key of the file; one in a mapping, such as ``header.teaser``, changes that mapping."""
        if value is REMOVED and value_at(self.raw, name) is None:
            return
        if name in self.raw or "." not in name:
            self.changes[name] = value
            return
        first, _, rest = name.partition(".")
        inner = dict(self.raw.get(first) or {})
        if value is REMOVED:
            inner.pop(rest, None)
        else:
            inner[rest] = value
        self.changes[first] = inner

    def publish(self, is_published: bool) -> None:
        for name in self.sources.get("published") or (self.dialect.draft_key,):
            value: Any = is_published if name == "published" else not is_published
            if name == "status":
                value = "published" if is_published else "draft"
            elif isinstance(self.raw.get(name), str):
                value = str(value).lower()
            self.put(name, value)

        if is_published and self.raw.get("permalink") is False:
            self.put("permalink", REMOVED)
        if is_published and self.is_over:
            self.put(self.name_of(EXPIRY), REMOVED)

    def set_topics(self, topics: list[str]) -> None:
        """Write topics under the key that they came from; new ones come to the first."""
        names = self.sources.get("topics") or (NEW_NAMES["topics"],)
        left = list(topics)
        for name in reversed(names[1:]):
            old = list(names_in(value_at(self.raw, name), self.splits(name)))
            stay = [topic for topic in old if topic in topics]
            left = [topic for topic in left if topic not in stay]
            if stay != old:
                self.put(name, self.topics_like(name, stay))
        old = list(names_in(value_at(self.raw, names[0]), self.splits(names[0])))
        if left != old:
            self.put(names[0], self.topics_like(names[0], left))

    def splits(self, name: str) -> bool:
        return self.dialect.splits_tags and name in ("tags", "categories")

    def topics_like(self, name: str, topics: list[str]) -> Any:
        """Return topics in one text if the file has them so, and none of their names forbids it; else as a list."""
        if not topics:
            return REMOVED
        old = value_at(self.raw, name)
        if isinstance(old, str) and not any("," in topic for topic in topics):
            if "," in old and len(topics) > 1:
                return ", ".join(topics)
            if self.splits(name) and not any(" " in topic for topic in topics):
                return " ".join(topics)
            if len(topics) == 1 and not (self.splits(name) and " " in topics[0]):
                return topics[0]
        return topics

    def set_images(self, images: list[dict[str, Any]]) -> None:
        name = self.name_of("images")
        if not images:
            self.put(name, REMOVED)
        elif isinstance(value_at(self.raw, name), str) and len(images) == 1 and set(images[0]) == {"url"}:
            self.put(name, images[0]["url"])
        else:
            # The house's own key outweighs all others.
            self.put("images", images)
