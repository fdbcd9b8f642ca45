"""Compresses pages once, not for every request: compressed bodies are cached by digest, up to a number of bytes.

The length of a compressed body that has a secret beside text chosen by an attacker reveals the secret letter by letter
(BREACH). So a response is not compressed if

- it sets a cookie, as every page with a CSRF token does, because Django renews the token's cookie with it;
- it must not be stored (``no-store``), as all pages of the admin;
- it is for one reader (``private``) and the address has a query beyond the number of a page, which another site could
  choose.

All other responses are the same for everyone and contain no secrets.
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

SMALLEST = 500  # bytes; what fits into one packet with the headers is not worth compressing
# A good compromise: quality 11 takes eighty times as long for a page that is a seventh smaller.
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
COMPRESSED_BYTES = 8 * 1024 * 1024  # in each worker; about a thousand compressed pages

TEXT = re.compile(r"text/|application/(json|xml|javascript)$|application/.+\+(json|xml)$")
QUERY_WITHOUT_TEXT = re.compile(r"(page=[0-9]{1,9})?")
WEIGHT = re.compile(r"\s*q=(?P<q>0(\.\d{0,3})?|1(\.0{0,3})?)\s*", re.IGNORECASE)

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    # In the order of preference, if a client likes both equally. Without a time stamp, gzip's output is always the same.
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


compressed_bodies = CompressedBodies(COMPRESSED_BYTES)


class CompressionMiddleware:
    """Compress text with brotli or gzip for clients that accept it.

    This comes after ``ConditionalGetMiddleware``: the ETag set here is the same for every encoding, so that a 304 is right
    whichever of them a browser or cache has.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_worth_it(request, response) and may_reveal_length(request, response):
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


def may_reveal_length(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether the length of a body may be revealed; see the module's docstring."""
    directives = {each.strip().lower() for each in response.get("Cache-Control", "").split(",")}
    if response.cookies or directives & {"no-store", "no-transform"}:
        return False
    return "private" not in directives or QUERY_WITHOUT_TEXT.fullmatch(request.META["QUERY_STRING"]) is not None


def compress(response: HttpResponse, encoding: str | None) -> None:
    """Set the ETag, and replace the body if an encoding makes it shorter."""
    body = response.content
    digest = hashlib.blake2b(body, digest_size=16).hexdigest()
    patch_vary_headers(response, ["Accept-Encoding"])
    if response.status_code == 200:
        # Weak, as it is the same for all encodings (RFC 9110, 8.8.1).
        response["ETag"] = _weak(response.get("ETag", f'"{digest}"'))
    compressed = compressed_bodies.get(encoding, digest, body) if encoding else body
    if encoding and len(compressed) < len(body):
        response.content = compressed
        response["Content-Encoding"] = encoding
        response["Content-Length"] = str(len(compressed))


def _weak(etag: str) -> str:
    return etag if etag.startswith("W/") else f"W/{etag}"


def accepted_encoding(header: str) -> str | None:
    """Return the supported encoding that an ``Accept-Encoding`` header prefers, None for none."""
    weights: dict[str, float] = {}
    for item in header.split(","):
        name, separator, parameter = item.partition(";")
        weights[name.strip().lower()] = _weight(parameter) if separator else 1.0
    liked = {encoding: weights.get(encoding, weights.get("*", 0.0)) for encoding in COMPRESSORS}
    best = max(liked, key=lambda encoding: liked[encoding])
    return best if liked[best] > 0 and liked[best] >= weights.get("identity", 0.0) else None


def _weight(parameter: str) -> float:
    """Return the weight of an encoding; an invalid one counts as zero."""
    found = WEIGHT.fullmatch(parameter)
    return float(found["q"]) if found else 0.0
