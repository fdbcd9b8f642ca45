"""Requests as granian describes them to the loop."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any


class Headers:
    """A request's headers, as granian gives them."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def items(self) -> list[tuple[str, str]]:
        return self.pairs

    def get(self, name: str, default: Any = None) -> Any:
        return dict(self.pairs).get(name, default)


class Scope:
    """A request's first lines, as granian gives them."""

    def __init__(
        self, path: str = "/", method: str = "GET", headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        self.path, self.method = path, method
        self.headers = Headers(more.pop("pairs", list((headers or {}).items())))
        self.query_string, self.http_version, self.scheme, self.authority = "", "1.1", "http", None
        self.server, self.client = "127.0.0.1:8000", "192.0.2.7:51234"
        for name, value in more.items():
            setattr(self, name, value)


class Protocol:
    """The rest of a request, and what was answered."""

    def __init__(self, chunks: AsyncIterator[bytes] | None = None) -> None:
        self.chunks, self.status, self.headers, self.body = chunks, 0, {}, b""

    def __aiter__(self) -> AsyncIterator[bytes]:
        assert self.chunks is not None, "nobody may wait for this body"
        return self.chunks

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body

    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None:
        self.response_bytes(status, headers, body.encode())

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        self.response_bytes(status, headers, f"the file {file}".encode())

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> "Protocol":
        self.status, self.headers = status, dict(headers)
        return self

    async def send_bytes(self, data: bytes) -> None:
        self.body += data


async def chunks(*values: bytes) -> AsyncIterator[bytes]:
    for value in values:
        yield value


async def silence(*values: bytes) -> AsyncIterator[bytes]:
    for value in values:
        yield value
    await asyncio.Event().wait()
