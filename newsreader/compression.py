"""Pages compressed once, not per request: bodies are remembered by their digest, within a bound of bytes.

What is compressed tells its length, and the length of a secret beside text that a stranger chose betrays the secret
letter by letter (BREACH). So a body stays as it is when

- it sets a cookie, as every page with a CSRF token does, since Django renews the token's cookie with it;
- it may not be stored at all (``no-store``), as every page of the admin says;
- it is one reader's own (``private``) and the address has a query beyond the number of a page: any other site can
  choose that text.

The rest is the same for everyone who asks for that address and holds nothing to betray.
"""

import gzip
import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

import brotli
from cachetools import LRUCache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

SMALLEST = 500  # bytes; what fits into the packet of the headers gains nothing
# The steep part of brotli's curve: quality 11 takes eighty times as long for a page that is a seventh smaller.
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
REMEMBERED_BYTES = 8 * 1024 * 1024  # in each worker: some thousand pages as sent

TEXT = re.compile(r"text/|application/(json|xml|javascript)$|application/.+\+(json|xml)$")
QUERY_WITHOUT_TEXT = re.compile(r"(page=[0-9]{1,9})?")
WEIGHT = re.compile(r"\s*q=(?P<q>0(\.\d{0,3})?|1(\.0{0,3})?)\s*", re.IGNORECASE)

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    # In the order of preference among what a client likes equally. Without the time, gzip's bytes are always the same.
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY),
    "gzip": lambda body: gzip.compress(body, GZIP_LEVEL, mtime=0),
}


class CompressedBodies:
    """The compressed bodies asked for last, at most ``limit`` bytes of them; safe to share between threads."""

    def __init__(self, limit: int) -> None:
        self._bodies: LRUCache[tuple[str, str], bytes] = LRUCache(limit, getsizeof=len)
        self._lock = Lock()

    @property
    def size(self) -> int:
        """The bytes that are stored."""
        return int(self._bodies.currsize)

    def get(self, encoding: str, digest: str, body: bytes) -> bytes:
        """Return the body in an encoding; ``digest`` identifies the body."""
        key = (encoding, digest)
        with self._lock:
            if (compressed := self._bodies.get(key)) is not None:
                return compressed
        # Outside the lock: two threads may compress the same body, but neither waits for the other.
        compressed = COMPRESSORS[encoding](body)
        with self._lock, suppress(ValueError):  # larger than the whole cache
            self._bodies[key] = compressed
        return compressed

    def clear(self) -> None:
        with self._lock:
            self._bodies.clear()


remembered = CompressedBodies(REMEMBERED_BYTES)


class CompressionMiddleware:
    """Send text as brotli or gzip to those who accept it.

    It stands below ``ConditionalGetMiddleware``: the tag set here names the page in every encoding, so that a 304
    answers whichever of them a reader or a cache has, and its headers are those of the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_worth_it(request, response) and betrays_nothing(request, response):
            compress(response, accepted_encoding(request.headers.get("Accept-Encoding", "")))
        return response


def is_worth_it(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and not response.streaming
        and len(response.content) >= SMALLEST
        and not response.has_header("Content-Encoding")
        and TEXT.match(response.get("Content-Type", "").partition(";")[0].strip().lower()) is not None
    )


def betrays_nothing(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether a body's length may be known: see the module's text."""
    directives = {each.strip().lower() for each in response.get("Cache-Control", "").split(",")}
    if response.cookies or directives & {"no-store", "no-transform"}:
        return False
    return "private" not in directives or QUERY_WITHOUT_TEXT.fullmatch(request.META["QUERY_STRING"]) is not None


def compress(response: HttpResponse, encoding: str | None) -> None:
    """Name the body, and replace it if an encoding makes it shorter."""
    body = response.content
    digest = hashlib.blake2b(body, digest_size=16).hexdigest()
    patch_vary_headers(response, ["Accept-Encoding"])
    if response.status_code == 200:
        # Weak, since it is one for all encodings (RFC 9110, 8.8.1), and the same whether one was wanted or not.
        response["ETag"] = _weak(response.get("ETag", f'"{digest}"'))
    compressed = remembered.get(encoding, digest, body) if encoding else body
    if encoding and len(compressed) < len(body):
        response.content = compressed
        response["Content-Encoding"] = encoding
        response["Content-Length"] = str(len(compressed))


def _weak(etag: str) -> str:
    return etag if etag.startswith("W/") else f"W/{etag}"


def accepted_encoding(header: str) -> str | None:
    """Return the best of our encodings that an ``Accept-Encoding`` header likes; None leaves the body as it is."""
    weights: dict[str, float] = {}
    for item in header.split(","):
        name, separator, parameter = item.partition(";")
        weights[name.strip().lower()] = _weight(parameter) if separator else 1.0
    liked = {encoding: weights.get(encoding, weights.get("*", 0.0)) for encoding in COMPRESSORS}
    best = max(liked, key=lambda encoding: liked[encoding])
    return best if liked[best] > 0 and liked[best] >= weights.get("identity", 0.0) else None


def _weight(parameter: str) -> float:
    """Return the weight of an encoding; one that is no weight means that it is not wanted."""
    found = WEIGHT.fullmatch(parameter)
    return float(found["q"]) if found else 0.0
