"""The application that granian runs: it reads requests in the event loop and answers them in threads."""

import asyncio
import logging
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from newsreader.response_headers import PLAIN
from newsreader.serving.answers import Answer, Application, Headers
from newsreader.serving.bodies import IN_MEMORY, Bodies, RefusedError
from newsreader.serving.environ import environ_of
from newsreader.serving.lanes import Lane
from newsreader.serving.specification import HTTPProtocol, Scope

logger = logging.getLogger(__name__)
BODILESS = ("GET", "HEAD")
TEXT: Headers = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store"), *PLAIN]


class Server:
    """Passes complete requests to a WSGI application, in three lanes.

    Checking a password takes as long as many pages, on purpose, and editors' requests may wait for a lock, so that both
    have lanes of their own and readers do not wait for them. ``/livez`` does not wait at all.
    """

    def __init__(
        self,
        application: Application,
        login_path: str,
        bodies: Bodies,
        logins_at_once: int = 8,
        ready_seconds: float = 2.5,
    ) -> None:
        self.application = application
        self.login_path = login_path
        self.bodies = bodies
        self.ready_seconds = ready_seconds
        self.pages = Lane("pages")
        # Editors' requests may wait for the write lock, and readers must not wait for them.
        self.desk = Lane("desk")
        self.logins = Lane("logins", at_most=logins_at_once)

    async def __call__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        if scope.path == "/livez":
            protocol.response_str(200, TEXT, "alive\n")
            return
        try:
            if scope.path == "/readyz":
                await self._answer_soon(scope, protocol)
            else:
                await self._answer(scope, protocol)
        except RefusedError as refused:
            protocol.response_str(refused.status, _refusal_headers(scope, refused), f"{refused.text}\n")
        except Exception:
            logger.exception("%s %r", scope.method, scope.path)
            protocol.response_str(500, TEXT, "internal server error\n")

    async def _answer_soon(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer, or refuse if it takes too long: health checks need a quick answer."""
        try:
            async with asyncio.timeout(self.ready_seconds):
                await self._answer(scope, protocol)
        except TimeoutError:
            raise RefusedError(503, "not ready: nothing answers in time", retry_after=5) from None

    async def _answer(self, scope: Scope, protocol: HTTPProtocol) -> None:
        if scope.method in BODILESS:  # a body is ignored
            await self._run(scope, protocol, BytesIO(), 0)
            return
        with self.bodies.reserve(scope) as limit, SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
            body = cast("BinaryIO", spool)
            size = await self.bodies.read(scope, protocol, limit, body)
            await self._run(scope, protocol, body, size)

    async def _run(self, scope: Scope, protocol: HTTPProtocol, body: BinaryIO, size: int) -> None:
        lane = self._lane(scope)
        answer = await lane.run(lambda: Answer(self.application, environ_of(scope, body, size)))
        await answer.send(protocol, self.pages if lane is self.logins else lane)

    def _lane(self, scope: Scope) -> Lane:
        if scope.method == "POST" and scope.path == self.login_path:
            return self.logins
        is_editors = scope.method not in BODILESS and scope.path.startswith(self.bodies.large_below)
        return self.desk if is_editors else self.pages


def _refusal_headers(scope: Scope, refused: RefusedError) -> Headers:
    headers = [*TEXT]
    if refused.retry_after:
        headers.append(("retry-after", str(refused.retry_after)))
    if scope.http_version.startswith("1"):  # the rest of a body may still be on its way
        headers.append(("connection", "close"))
    return headers
