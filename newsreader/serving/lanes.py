"""Threads that each process one task after another."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from newsreader.serving.bodies import RefusedError

Result = TypeVar("Result")


class Lane:
    """A thread with a queue, which may be bounded."""

    def __init__(self, name: str, at_most: int | None = None) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._at_most = at_most
        self._inside = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` in the thread; refuse it at once if the queue is full."""
        if self._at_most is not None and self._inside >= self._at_most:
            raise RefusedError(503, "too many at once: try again in a moment", retry_after=5)
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._inside -= 1
