"""An article that is being imported, with the values of its row."""

import datetime as dt
from functools import cached_property
from typing import Any

from articles.content.columns import COLUMNS, with_json_as_text, with_json_as_values
from articles.content.expiry import EXPIRY, expiry_of
from articles.content.identity import own_addresses, tie_of
from articles.models import Article, Provider
from articles.models.snapshots import from_plain
from articles.models.visibility import listed_from_of
from articles.sync.field_values import NEW, entry_values, entry_values_of
from articles.sync.imports.assets import ImageFacts
from articles.sync.imports.incoming import IncomingArticle
from articles.sync.names import with_file_domain

# The columns that an import writes: what files decide, the import's own (see ``own_values``), and others.
WRITTEN = (
    *COLUMNS,
    *("source_path", "folder_id", "is_reference", "file_digest", "file_stamp", "file_missing"),
    *("provider_id", "date", "slug", "tie", "own_images", "edited", "conflicts"),
)

TIME = "published_date_time"

# The columns that only editors decide, with their values in a new article.
DEFAULTS = {name: value for name, value in NEW.items() if name not in WRITTEN}

# The columns of a run's changes that histories show; the rest is of no use to people.
RECORDED = {*COLUMNS, "file_missing"} - {"secured", "extra", "provider_said"}
RECORDED_LENGTH = 5000  # characters of a text


class Row:
    """An article to be written to its row, or to a new one: creating a model instance would take as long as writing it."""

    def __init__(self, incoming: IncomingArticle, article: Article | None, provider: Provider) -> None:
        self.incoming = incoming
        self.article = article
        self.provider = provider
        self.pk: int = article.pk if article else 0
        self.is_new = article is None or article.is_reference
        self.is_changed = False
        # The time of publication, adapted to the database; set when it is saved.
        self.time: Any = None
        self.topics = list(dict.fromkeys(incoming.topics))
        self.own_images: ImageFacts = {}
        self.takes_topics = self.takes_related = True
        # Until when the file said that it is published, when it was last imported.
        self.old_until: dt.datetime | None = None
        # Its changes to an existing article: before and after by field, for histories.
        self.changes: dict[str, list[Any]] = {}

    @cached_property
    def columns(self) -> dict[str, Any]:
        """The values of COLUMNS."""
        columns = with_json_as_values(self.incoming.columns)
        # Store the file's domain if the provider has another one now.
        if self.provider.domain != (domain := self.incoming.provider[0]):
            columns["provider_said"] = with_file_domain(columns["provider_said"], domain, self.provider)
        if self.article and self.article.source_path and not self.incoming.is_dated:
            # Writing into the file has changed the time that its first import took, which is no news of the article.
            first = self.article.edited.get(TIME)
            columns[TIME] = from_plain(Article, TIME, first) if first else self.article.published_date_time
        return columns

    def adapted(self) -> dict[str, Any]:
        """Return the values of COLUMNS, adapted to the database."""
        columns = self.incoming.columns
        if self.provider.domain != self.incoming.provider[0]:
            columns = with_json_as_text(self.columns)
        return {**columns, "published_date_time": self.time}

    def value(self, name: str) -> Any:
        """Return the article's value of one of SCALARS."""
        return getattr(self.article, name) if self.article else self.incoming.columns[name]

    @property
    def addresses(self) -> set[str]:
        """The addresses of the piece at its provider."""
        known = {address for address in (self.value("web_url"), self.value("original_url")) if address}
        if known or not self.incoming.file:
            return known
        date, slug = (self.article.date, self.article.slug) if self.article else self.incoming.address
        return set(own_addresses(self.provider.domain, date, slug, self.incoming.aliases)) if date else known

    @cached_property
    def tie(self) -> int:
        """The value that orders articles of the same time."""
        if self.article and self.article.date:
            return self.article.tie
        return tie_of(*self.incoming.address, "")

    @property
    def is_as_exported(self) -> bool:
        """Whether the file is as the last export wrote it."""
        file = self.incoming.file
        return bool(self.article and file and self.article.exported_digest == file.digest)

    @property
    def until(self) -> dt.datetime | None:
        """Until when the file says that the article is published; nearly always it says nothing."""
        return expiry_of(self.columns["extra"]) if EXPIRY in self.incoming.columns["extra"] else None

    @property
    def listed_from(self) -> dt.datetime | None:
        """The value that the database will generate for the column of that name."""
        values = {name: self.value(name) for name in ("published", "removed", "published_date_time")}
        time: dt.datetime | None = listed_from_of({**values, "file_missing": False, "is_reference": False})
        return time

    @property
    def is_listed(self) -> bool:
        return self.listed_from is not None

    def entry_values(self) -> dict[str, Any]:
        """Return the values of an entry that repeats the file."""
        if self.article:
            return entry_values(self.article)
        return entry_values_of(self.columns, self.provider.domain)


def shortened(value: Any) -> Any:
    return value[:RECORDED_LENGTH] if isinstance(value, str) else value


def addresses_at_provider(article: Article) -> set[str]:
    """Return an article's addresses at its provider."""
    return {address for address in (article.web_url, article.original_url) if address}
