"""A page as it is kept: whole, in each encoding, with what it shows and until when."""

import gzip
from dataclasses import dataclass, field

from django.http import HttpResponse

from newsreader.compression import COMPRESSORS

# Of each answer's own, or made anew for each.
NOT_KEPT = {"content-length", "content-encoding", "date", "age", "connection"}
OVERHEAD = 500  # bytes of an entry beside its texts, about


@dataclass(slots=True)
class Entry:
    """An answer to all readers without choices.

    ``change`` is the number of the last change that was known before the page was made. From ``made`` to ``until``,
    in seconds since 1970, nothing in it changes by time alone.
    """

    status: int
    headers: list[tuple[str, str]]
    etag: str
    bodies: dict[str, bytes]  # by content coding; "" is the page as it is
    tags: frozenset[str]
    change: int
    made: float
    until: float
    # The number of the last change that is known not to have made it old.
    checked: int = field(default=0, compare=False)

    @classmethod
    def of(cls, response: HttpResponse, tags: frozenset[str], change: int, made: float, until: float) -> "Entry":
        body = response.content
        bodies = {"": body, "br": COMPRESSORS["br"](body)}
        headers = [(name, value) for name, value in response.items() if name.lower() not in NOT_KEPT]
        return cls(response.status_code, headers, response.get("ETag", ""), bodies, tags, change, made, until, change)

    @property
    def size(self) -> int:
        """About the bytes of memory that it takes."""
        bodies = sum(map(len, self.bodies.values()))
        return OVERHEAD + bodies + sum(len(name) + len(value) for name, value in self.headers) + 80 * len(self.tags)

    def body(self, encoding: str) -> bytes:
        """Return the page in an encoding, which is made when it is first asked for."""
        if encoding == "gzip" and encoding not in self.bodies:
            # From a worker's memory alone: few clients take no brotli.
            self.bodies[encoding] = gzip.compress(self.bodies[""], 6, mtime=0)
        return self.bodies[encoding]
