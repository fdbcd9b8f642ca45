"""Records -> articles on their way into the database, as plain values that one process can hand to another. Pure."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from articles.content.columns import columns_of, with_json_as_text
from articles.content.duplicates import piece_of
from articles.content.identity import Address
from articles.content.schema import ArticleRecord
from articles.content.values import OwnImage


class FileFacts(NamedTuple):
    """The file that an article stands in: its path below the imported folder, sha256 and stamp; see files.py.

    ``is_known``: it was imported before.
    """

    path: str
    digest: str
    stamp: str
    is_known: bool


class IncomingArticle(NamedTuple):
    """An article as it comes in, from a file or from elsewhere.

    ``columns`` are those of columns.py, JSON as text, since nobody asks what most of it says; ``provider`` is domain,
    name (or None) and images; ``entries`` are the digests of its related entries in order; ``own_images`` are those of
    its images that stand in its site folder; ``piece`` is as in duplicates.py.
    """

    address: Address
    columns: dict[str, Any]
    provider: tuple[str, str | None, list[Any]]
    topics: list[str]
    entries: list[str]
    own_images: list[OwnImage]
    piece: int | None
    file: FileFacts | None = None

    @property
    def source(self) -> str:
        """Where problems are: the path of its file, else its address at its provider."""
        return self.file.path if self.file else self.columns["web_url"] or self.columns["original_url"]

    @property
    def source_addresses(self) -> list[str]:
        """Where its piece is at its provider, ``webUrl`` first."""
        return [address for address in (self.columns["web_url"], self.columns["original_url"]) if address]


def incoming_article(
    record: ArticleRecord, values: Mapping[str, Any], body: str, address: Address, entries: Collection[str] = (),
    own_images: Collection[OwnImage] = (), file: FileFacts | None = None,
) -> IncomingArticle:  # fmt: skip
    """Return an article as it comes in; ``values`` are the record's as they were given, ``body`` is its Markdown."""
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
        file=file,
    )
