"""An article on its way in, with the row that it is going to be."""

import datetime as dt
from functools import cached_property
from typing import Any

from articles.content.columns import COLUMNS, with_json_as_text, with_json_as_values
from articles.content.identity import tie_of
from articles.models import Article, Provider
from articles.models.visibility import listed_from_of
from articles.sync.field_values import NEW, entry_values, entry_values_of
from articles.sync.imports.assets import ImageFacts
from articles.sync.imports.incoming import IncomingArticle
from articles.sync.names import with_file_domain

# What a file decides, what is the import's own business (see ``own_values``), and the rest.
WRITTEN = (
    *COLUMNS,
    *("source_path", "folder_id", "is_reference", "file_digest", "file_stamp", "file_missing"),
    *("provider_id", "date", "slug", "tie", "own_images", "edited", "conflicts"),
)

# What editors alone decide, as a new article has it.
DEFAULTS = {name: value for name, value in NEW.items() if name not in WRITTEN}

# What histories show of a run's changes; the rest says nothing to people.
RECORDED = {*COLUMNS, "file_missing"} - {"secured", "extra", "provider_said"}
RECORDED_LENGTH = 5000  # characters of a text


class Row:
    """An article on its way to the row that it is, or to a new one: making an object of that would take as long as
    writing it.
    """

    def __init__(self, incoming: IncomingArticle, article: Article | None, provider: Provider) -> None:
        self.incoming = incoming
        self.article = article
        self.provider = provider
        self.pk: int = article.pk if article else 0
        self.is_new = article is None or article.is_reference
        self.is_changed = False
        # When it was published, as the database takes it; known when it is saved.
        self.time: Any = None
        self.topics = list(dict.fromkeys(incoming.topics))
        self.own_images: ImageFacts = {}
        self.takes_topics = self.takes_related = True
        # What it changes in an article that was there before: before and after by field, as histories show it.
        self.changes: dict[str, list[Any]] = {}

    @cached_property
    def columns(self) -> dict[str, Any]:
        """The values of COLUMNS."""
        columns = with_json_as_values(self.incoming.columns)
        # The file's word for a provider that is another one today is kept.
        if self.provider.domain != (domain := self.incoming.provider[0]):
            columns["provider_said"] = with_file_domain(columns["provider_said"], domain, self.provider)
        return columns

    def taken(self) -> dict[str, Any]:
        """Return the values of COLUMNS as the database takes them."""
        columns = self.incoming.columns
        if self.provider.domain != self.incoming.provider[0]:
            columns = with_json_as_text(self.columns)
        return {**columns, "published_date_time": self.time}

    def value(self, name: str) -> Any:
        """Return what the article says in one of SCALARS."""
        return getattr(self.article, name) if self.article else self.incoming.columns[name]

    @property
    def addresses(self) -> set[str]:
        """Where the piece is at its provider."""
        return {address for address in (self.value("web_url"), self.value("original_url")) if address}

    @cached_property
    def tie(self) -> int:
        """What orders the article among those of one time."""
        if self.article and self.article.date:
            return self.article.tie
        return tie_of(*self.incoming.address, "")

    @property
    def listed_from(self) -> dt.datetime | None:
        """What the database is going to make of the column of that name."""
        values = {name: self.value(name) for name in ("published", "removed", "published_date_time")}
        time: dt.datetime | None = listed_from_of({**values, "file_missing": False, "is_reference": False})
        return time

    @property
    def is_listed(self) -> bool:
        return self.listed_from is not None

    def entry_values(self) -> dict[str, Any]:
        """Return what an entry says that repeats the file."""
        if self.article:
            return entry_values(self.article)
        return entry_values_of(self.columns, self.provider.domain)


def shortened(value: Any) -> Any:
    return value[:RECORDED_LENGTH] if isinstance(value, str) else value


def own_addresses(article: Article) -> set[str]:
    """Return where an article is at its provider."""
    return {address for address in (article.web_url, article.original_url) if address}
