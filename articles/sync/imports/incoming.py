"""Turns records into the plain values of articles to import, which can be sent between processes."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from articles.content.columns import columns_of, with_json_as_text
from articles.content.duplicates import piece_of
from articles.content.identity import Address
from articles.content.schema import ArticleRecord
from articles.content.values import OwnImage


class FileFacts(NamedTuple):
    """The file of an article: its path relative to the imported folder, its SHA-256 and stamp; see files.py.

    ``is_known``: it was imported before.
    """

    path: str
    digest: str
    stamp: str
    is_known: bool


class IncomingArticle(NamedTuple):
    """An article to import, from a file or another source.

    ``columns`` are those of columns.py, with JSON as text, as most of it is not read; ``provider`` is domain,
    name (or None) and images; ``entries`` are the digests of its related entries in order; ``own_images`` are those of
    its images that are in its site folder; ``piece`` is as in duplicates.py; ``aliases`` are old paths of its
    page; if it is not ``is_dated``, its time is that of the file's last change.
    """

    address: Address
    columns: dict[str, Any]
    provider: tuple[str, str | None, list[Any]]
    topics: list[str]
    entries: list[str]
    own_images: list[OwnImage]
    piece: int | None
    aliases: tuple[str, ...] = ()
    file: FileFacts | None = None
    is_dated: bool = True

    @property
    def source(self) -> str:
        """The source for problems: the path of its file, or else its address at its provider."""
        return self.file.path if self.file else self.columns["web_url"] or self.columns["original_url"]

    @property
    def source_addresses(self) -> list[str]:
        """The addresses of its piece at its provider, ``webUrl`` first."""
        return [address for address in (self.columns["web_url"], self.columns["original_url"]) if address]


def incoming_article(
    record: ArticleRecord, values: Mapping[str, Any], body: str, address: Address, entries: Collection[str] = (),
    own_images: Collection[OwnImage] = (), file: FileFacts | None = None, is_dated: bool = True,
) -> IncomingArticle:  # fmt: skip
    """Return an article to import; ``values`` are the record's original values, ``body`` is its Markdown."""
    columns = columns_of(record, values, body)
    images = columns["provider_said"].get("images") or []
    return IncomingArticle(
        address=address,
        columns=with_json_as_text(columns),
        provider=(record.provider.domain, record.provider.name, images),
        topics=list(record.topics),
        entries=list(entries),
        own_images=list(own_images),
        piece=piece_of(record),
        aliases=tuple(record.aliases),
        file=file,
        is_dated=is_dated,
    )
