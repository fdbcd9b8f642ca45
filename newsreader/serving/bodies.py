"""Reads request bodies, and refuses those that are incomplete, too slow or too large."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from newsreader.serving.specification import HTTPProtocol, Scope

# Larger bodies go to a temporary file, so that those of many clients do not fill the memory.
IN_MEMORY = 64 * 1024


class RefusedError(Exception):
    """A request that is refused without running any of the site's code."""

    def __init__(self, status: int, text: str, retry_after: int = 0) -> None:
        super().__init__(text)
        self.status, self.text, self.retry_after = status, text, retry_after


@dataclass(slots=True)
class Bodies:
    """The limits of bodies: ``seconds`` in total, and one more for every ``pace`` bytes received.

    ``small`` bodies are allowed everywhere, ``large`` ones, such as editors' pictures, only below ``large_below``, and
    few at a time, as they take disk space.
    """

    large_below: str
    small: int = 1_000_000
    large: int = 32_000_000
    large_at_once: int = 4
    seconds: float = 15
    pace: int = 32_000
    _large_now: int = field(default=0, init=False)

    @contextmanager
    def reserve(self, scope: Scope) -> Iterator[int]:
        """Yield the maximal size of the request's body, counting it among the large ones meanwhile if it is one."""
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
    """Return the announced size of a request; without one, it is refused while reading if it gets too large."""
    length = scope.headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0
