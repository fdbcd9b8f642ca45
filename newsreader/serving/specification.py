"""Types for the parts of granian's interface RSGI that are used here (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md)."""

from collections.abc import AsyncIterator
from typing import Any, Protocol


class RequestHeaders(Protocol):
    def items(self) -> list[tuple[str, str]]: ...

    def get(self, key: str, default: Any = None) -> Any: ...


class Scope(Protocol):
    """A request without its body."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None

    @property
    def headers(self) -> RequestHeaders: ...


class Transport(Protocol):
    async def send_bytes(self, data: bytes) -> None: ...


class HTTPProtocol(Protocol):
    """The body of a request, and methods to respond."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...

    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None: ...

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None: ...

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Transport: ...
