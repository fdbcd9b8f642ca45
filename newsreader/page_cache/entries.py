"""The entries of the cache: a page in each encoding, with its tags and expiry."""

from dataclasses import dataclass, field
from typing import Protocol

from django.http import HttpResponse

from newsreader.compression import COMPRESSORS

# Headers that are set for each response.
PER_RESPONSE = {"content-length", "content-encoding", "date", "age", "connection"}
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
    bodies: dict[str, bytes]  # by content coding; "" is uncompressed
    tags: frozenset[str]
    change: int
    rendered: float
    expires: float
    # The number of the last change that is known not to affect the page.
    checked: int = field(default=0, compare=False)
    view: str = ""

    @classmethod
    def of(cls, response: HttpResponse, tags: frozenset[str], change: int, rendered: float, expires: float) -> "Entry":
        body = response.content
        bodies = {"": body} | {encoding: compress(body) for encoding, compress in COMPRESSORS.items()}
        headers = [(name, value) for name, value in response.items() if name.lower() not in PER_RESPONSE]
        return cls(
            response.status_code, headers, response.get("ETag", ""), bodies, tags, change, rendered, expires, change
        )

    @property
    def size(self) -> int:
        """Its approximate size in memory, in bytes."""
        bodies = sum(map(len, self.bodies.values()))
        return OVERHEAD + bodies + sum(len(name) + len(value) for name, value in self.headers) + 80 * len(self.tags)
