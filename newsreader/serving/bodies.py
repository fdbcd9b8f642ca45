"""Request bodies: whole, in time and not too large, or refused."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from newsreader.serving.specification import HTTPProtocol, Scope

# Larger bodies wait in a temporary file: what many clients send at once must fit into memory.
IN_MEMORY = 64 * 1024


class RefusedError(Exception):
    """A request that is answered without running any of the site's code."""

    def __init__(self, status: int, text: str, retry_after: int = 0) -> None:
        super().__init__(text)
        self.status, self.text, self.retry_after = status, text, retry_after


@dataclass(slots=True)
class Bodies:
    """What bodies may be: ``seconds`` to begin with, and one more for each ``pace`` bytes that have come.

    Anyone may send ``small`` bytes. ``large`` ones, as editors' pictures are, only fit below ``large_below``, and few
    at a time, since they fill a disk.
    """

    large_below: str
    small: int = 1_000_000
    large: int = 32_000_000
    large_at_once: int = 4
    seconds: float = 15
    pace: int = 32_000
    _large_now: int = field(default=0, init=False)

    @contextmanager
    def place(self, scope: Scope) -> Iterator[int]:
        """Yield how many bytes the request may send; hold one of the few places of large ones meanwhile."""
        announced = _announced(scope)
        if not scope.path.startswith(self.large_below) or announced <= self.small:
            self._check(announced, self.small)
            yield self.small
            return
        self._check(announced, self.large)
        if self._large_now >= self.large_at_once:
            raise RefusedError(503, "too many large uploads at once", retry_after=10)
        self._large_now += 1
        try:
            yield self.large
        finally:
            self._large_now -= 1

    async def read(self, scope: Scope, protocol: HTTPProtocol, limit: int, into: BinaryIO) -> int:
        """Write the whole body ``into`` a file, and return its size."""
        size, begun = 0, asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self.seconds) as timeout:
                async for chunk in protocol:
                    size += len(chunk)
                    self._check(size, limit)
                    into.write(chunk)
                    timeout.reschedule(begun + self.seconds + size / self.pace)
        except TimeoutError:
            raise RefusedError(408, "the request took too long to arrive") from None
        if size < _announced(scope):
            raise RefusedError(400, "the request ended too early")
        into.seek(0)
        return size

    @staticmethod
    def _check(size: int, limit: int) -> None:
        if size > limit:
            raise RefusedError(413, "the request is too large")


def _announced(scope: Scope) -> int:
    """Return the size that a request says it has. One without a size is small, or is refused while it comes."""
    length = scope.headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0
