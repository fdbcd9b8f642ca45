"""Requests whose end can be read in two ways, and those with too many parts: refused or read in one way, and soon."""

import socket
import time
import urllib.request
from collections.abc import Callable

import pytest

from bench.production import Site
from tests.support.answers import everything, status_of

# One site for all.
pytestmark = pytest.mark.xdist_group("serving")
SOON = 5.0
# What would be a second request if the first one ended where another server thinks that it does.
SMUGGLED = b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
LENGTH = b"Content-Length: %d\r\n" % (len(SMUGGLED) + 5)
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


def head(*headers: bytes, start: bytes = b"POST /settings/change/ HTTP/1.1\r\n") -> bytes:
    return b"".join([start, b"Host: 127.0.0.1\r\n", FORM, *headers, b"\r\n"])


AMBIGUOUS = {
    "a length and chunks": head(LENGTH, CHUNKED) + b"0\r\n\r\n" + SMUGGLED,
    "chunks and a length": head(CHUNKED, LENGTH) + b"0\r\n\r\n" + SMUGGLED,
    "two lengths": head(b"Content-Length: 0\r\n", LENGTH) + b"0\r\n\r\n" + SMUGGLED,
    "two lengths in a line": head(b"Content-Length: 0, 5\r\n") + SMUGGLED,
    "a signed length": head(b"Content-Length: +5\r\n") + SMUGGLED,
    "a negative length": head(b"Content-Length: -1\r\n") + SMUGGLED,
    "a length in hexadecimal": head(b"Content-Length: 0x5\r\n") + SMUGGLED,
    "an unknown coding": head(b"Transfer-Encoding: xchunked\r\n", LENGTH) + b"0\r\n\r\n" + SMUGGLED,
    "a coding after chunks": head(b"Transfer-Encoding: chunked, identity\r\n") + b"0\r\n\r\n" + SMUGGLED,
    "a name with a space": head(b"Content-Length : 5\r\n") + b"0\r\n\r\n" + SMUGGLED,
    "a folded line": head(b"X-Long: a\r\n Content-Length: 5\r\n") + SMUGGLED,
    "a folded coding": head(b"Transfer-Encoding:\r\n chunked\r\n", LENGTH) + b"0\r\n\r\n" + SMUGGLED,
    "bare line feeds": head(LENGTH).replace(b"\r\n", b"\n") + b"0\r\n\r\n" + SMUGGLED,
    "bare carriage returns": head(LENGTH).replace(b"\r\n", b"\r"),
    "a NUL in a header": head(b"X-A: b\0c\r\n") + SMUGGLED,
    "a chunk of no number": head(CHUNKED) + b"zz\r\n\r\n" + SMUGGLED,
    "a chunk of an endless size": head(CHUNKED) + b"f" * 40 + b"\r\n" + SMUGGLED,
    "a chunk that is longer than it says": head(CHUNKED) + b"1\r\nabc\r\n0\r\n\r\n" + SMUGGLED,
    "a long extension of a chunk": head(CHUNKED) + b"1;" + b"a" * 100_000 + b"\r\nb\r\n0\r\n\r\n" + SMUGGLED,
    "endless headers": head(*[b"X-%d: %s\r\n" % (number, b"a" * 1000) for number in range(2000)]),
    "an address of too many parameters": head(start=b"GET /?" + b"a=1&" * 20_000 + b" HTTP/1.1\r\n"),
    "an endless address": head(start=b"GET /?" + b"a" * 1_000_000 + b" HTTP/1.1\r\n"),
}  # fmt: skip


def answers_of(connect: Callable[[], socket.socket], request: bytes, is_all: bool = True) -> list[int]:
    """Send bytes and nothing more; return the status of each answer until the connection is closed."""
    client = connect()
    client.settimeout(SOON)
    try:
        client.sendall(request)
        if is_all:
            client.shutdown(socket.SHUT_WR)
        found = everything(client)
    except OSError:
        return []
    return [status_of(b"HTTP/1.1 " + part) for part in found.split(b"HTTP/1.1 ")[1:]]


def reads_on(site: Site) -> None:
    begun = time.monotonic()
    with urllib.request.urlopen(f"{site.url}/robots.txt", timeout=SOON) as page:
        assert page.status == 200
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_could_end_in_two_places_is_one_request_or_none(
    name: str, site: Site, connect: Callable[[], socket.socket]
) -> None:
    begun = time.monotonic()
    found = answers_of(connect, AMBIGUOUS[name])
    assert time.monotonic() - begun < SOON
    assert len(found) <= 1, found
    assert all(400 <= status < 500 for status in found), found
    reads_on(site)


@pytest.mark.parametrize("place", ["query", "body"])
def test_thousands_of_parameters_are_refused(place: str, site: Site, connect: Callable[[], socket.socket]) -> None:
    # Twice as many in an address are too long for granian, which says 414.
    many = "&".join(f"p{number}=1" for number in range(5_000 if place == "query" else 10_000)).encode()
    length = b"Content-Length: %d\r\n" % len(many)
    if place == "query":
        request = head(b"Connection: close\r\n", start=b"GET /search/?" + many + b" HTTP/1.1\r\n")
    else:
        request = head(length, b"Connection: close\r\n") + many
    client = connect()
    client.sendall(request)
    answer = everything(client)
    assert status_of(answer) == 400
    assert b"This is more than the site takes at once" in answer.partition(b"\r\n\r\n")[2]
    reads_on(site)


def test_what_ends_in_one_place_is_two_requests(connect: Callable[[], socket.socket]) -> None:
    for first in (head(b"Content-Length: 0\r\n"), head(CHUNKED) + b"0;name=value\r\n\r\n"):
        assert len(found := answers_of(connect, first + SMUGGLED, is_all=False)) == 2
        assert found[1] == 200
