"""Responses of a WSGI application, as the event loop sends them."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined] # its own documentation names it there

from newsreader.serving.lanes import Lane
from newsreader.serving.specification import HTTPProtocol

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]
# Responses below this size are sent at once, larger ones in pieces. Files are sent by granian.
PIECE = 1_000_000


class FileBody:
    """An open file as the body of a response (``wsgi.file_wrapper``)."""

    def __init__(self, file: BinaryIO, chunk_size: int = 8192) -> None:
        self.file, self.chunk_size = file, chunk_size

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(self.chunk_size), b"")

    def close(self) -> None:
        self.file.close()

    def path(self) -> str:
        """Return the path of the file; empty if it is not a file on disk, or only a part of one is sent."""
        name = getattr(self.file, "name", None)
        is_whole = isinstance(name, str) and Path(name).is_absolute() and self.file.tell() == 0
        return str(name) if is_whole else ""


class Answer:
    """Status, headers and body of one response, created and read in the thread that runs the application."""

    def __init__(self, application: Application, environ: dict[str, Any]) -> None:
        self.status, self.headers = 500, Headers()
        self._body = application(environ | {"wsgi.file_wrapper": FileBody}, self._start)
        self._pieces = _pieces(self._body)
        self.first, self.path = b"", self._body.path() if isinstance(self._body, FileBody) else ""
        if not self.path:
            self.first = self.next_piece()
        # A piece that is shorter than PIECE is the whole body.
        self.is_complete = bool(self.path) or len(self.first) < PIECE
        if self.is_complete:
            self.close()

    def _start(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers = int(status[:3]), headers

    def next_piece(self) -> bytes:
        """Return the next bytes; empty at the end."""
        return next(self._pieces, b"")

    def close(self) -> None:
        """Close the response; Django returns database connections then."""
        close = getattr(self._body, "close", None)
        if close:
            close()

    async def send(self, protocol: HTTPProtocol, lane: Lane) -> None:
        """Send the response. Between the pieces of a large one, the thread of ``lane`` is free for others."""
        if self.path:
            protocol.response_file(self.status, self.headers, self.path)
        elif self.is_complete:
            protocol.response_bytes(self.status, self.headers, self.first)
        else:
            await self._send_pieces(protocol, lane)

    async def _send_pieces(self, protocol: HTTPProtocol, lane: Lane) -> None:
        try:
            transport = protocol.response_stream(self.status, self.headers)
            piece = self.first
            while piece:
                await transport.send_bytes(piece)
                piece = await lane.run(self.next_piece)
        except ProtocolClosed:
            pass  # the client has gone, or wanted only the headers
        finally:
            await lane.run(self.close)


def _pieces(body: Iterable[bytes]) -> Iterator[bytes]:
    """Join small chunks into pieces of about PIECE bytes."""
    chunks: list[bytes] = []
    size = 0
    for chunk in body:
        chunks.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            yield b"".join(chunks)
            chunks, size = [], 0
    if chunks:
        yield b"".join(chunks)
