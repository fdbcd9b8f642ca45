"""The entries of the cache: a page in each encoding, with its tags and expiry."""

from dataclasses import dataclass, field

from django.http import HttpResponse

from newsreader.compression import COMPRESSORS

# Headers that are set for each response.
NOT_KEPT = {"content-length", "content-encoding", "date", "age", "connection"}
OVERHEAD = 500  # approximate bytes of an entry in addition to its texts


@dataclass(slots=True)
class Entry:
    """A response for all readers without settings.

    ``change`` is the number of the last known change before the page was rendered. From ``made`` to ``until``,
    in seconds since 1970, nothing on it changes with time.
    """

    status: int
    headers: list[tuple[str, str]]
    etag: str
    bodies: dict[str, bytes]  # by content coding; "" is uncompressed
    tags: frozenset[str]
    change: int
    made: float
    until: float
    # The number of the last change that is known not to affect the page.
    checked: int = field(default=0, compare=False)

    @classmethod
    def of(cls, response: HttpResponse, tags: frozenset[str], change: int, made: float, until: float) -> "Entry":
        body = response.content
        bodies = {"": body} | {encoding: compress(body) for encoding, compress in COMPRESSORS.items()}
        headers = [(name, value) for name, value in response.items() if name.lower() not in NOT_KEPT]
        return cls(response.status_code, headers, response.get("ETag", ""), bodies, tags, change, made, until, change)

    @property
    def size(self) -> int:
        """Its approximate size in memory, in bytes."""
        bodies = sum(map(len, self.bodies.values()))
        return OVERHEAD + bodies + sum(len(name) + len(value) for name, value in self.headers) + 80 * len(self.tags)
