"""The entries of the cache: a page in each encoding, with its tags and expiry."""

import gzip
from dataclasses import dataclass, field
from typing import Protocol

import brotli
from django.http import HttpResponse

from newsreader.compression import COMPRESSORS

# Headers that are set for each response.
PER_RESPONSE = {"content-length", "content-encoding", "date", "age", "connection"}
# Compressed pages are a fifth as large, so that the cache holds more of them; few clients ask for others.
DEFAULT = "gzip"
DECOMPRESSORS = {"br": brotli.decompress, "gzip": gzip.decompress}
OVERHEAD = 500  # approximate bytes of an entry in addition to its texts


class Checked(Protocol):
    """What a page and its parts have, by which it is known whether they are current."""

    tags: frozenset[str]
    change: int
    rendered: float
    expires: float
    checked: int


@dataclass(slots=True)
class Entry:
    """A response for all readers without settings.

    ``change`` is the number of the last known change before the page was rendered. From ``rendered`` to ``expires``,
    in seconds since 1970, nothing on it changes with time. ``view`` is the name of the view that has rendered it.
    """

    status: int
    headers: list[tuple[str, str]]
    etag: str
    bodies: dict[str, bytes]  # by content coding: those that were asked for
    tags: frozenset[str]
    change: int
    rendered: float
    expires: float
    # The number of the last change that is known not to affect the page.
    checked: int = field(default=0, compare=False)
    view: str = ""
    # The headers as Django stores them, once a response with them has been made.
    checked_headers: dict[str, tuple[str, str]] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(
        cls, response: HttpResponse, encoding: str, tags: frozenset[str], change: int, rendered: float, expires: float
    ) -> "Entry":
        """Return the entry of a page that was asked for in an encoding, "" for none."""
        stored = encoding or DEFAULT
        bodies = {stored: COMPRESSORS[stored](response.content)}
        headers = [(name, value) for name, value in response.items() if name.lower() not in PER_RESPONSE]
        return cls(
            response.status_code, headers, response.get("ETag", ""), bodies, tags, change, rendered, expires, change
        )

    def body(self, encoding: str) -> bytes:
        """Return the page in an encoding, which is stored with it; uncompressed, it is decompressed each time."""
        if (body := self.bodies.get(encoding)) is not None:
            return body
        stored, body = next(iter(self.bodies.items()))
        body = DECOMPRESSORS[stored](body)
        if encoding:
            # A dictionary of its own: other threads may be reading this one.
            body = COMPRESSORS[encoding](body)
            self.bodies = {**self.bodies, encoding: body}
        return body

    @property
    def size(self) -> int:
        """Its approximate size in memory, in bytes."""
        bodies = sum(map(len, self.bodies.values()))
        return OVERHEAD + bodies + sum(len(name) + len(value) for name, value in self.headers) + 80 * len(self.tags)
