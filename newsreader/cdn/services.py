"""Purge requests, as each kind of shared cache wants them.

Each cache is named by an address in the setting CDN_PURGE_URLS:

- ``fastly://TOKEN@SERVICE_ID`` (https://www.fastly.com/documentation/reference/api/purging/)
- ``cloudflare://TOKEN@ZONE_ID`` (https://developers.cloudflare.com/api/resources/cache/methods/purge/)
- ``varnish://HOST:PORT``, with its module xkey (https://github.com/varnish/varnish-modules)
- ``purge://HOST:PORT?host=news.example``: the method PURGE for the addresses of single pages

``?endpoint=https://...`` has the first two asked elsewhere.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import urllib3
from django.core.exceptions import ImproperlyConfigured
from urllib3.exceptions import HTTPError

TIMEOUT = urllib3.Timeout(connect=3, read=10)  # seconds
FASTLY, FASTLY_TAGS = "https://api.fastly.com", 256
CLOUDFLARE, CLOUDFLARE_TAGS = "https://api.cloudflare.com", 30
VARNISH_BYTES = 4_000  # of one header; Varnish itself takes 8 kB
GONE = {404, 410, 412}  # what caches answer to PURGE for what they do not have


class PurgeError(Exception):
    """A cache did not accept a purge; the message says which one and why, without its token."""


@dataclass(frozen=True, slots=True)
class Purge:
    """What to remove from caches: all pages with one of ``tags``; ``paths`` for caches that know pages by address."""

    tags: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A request to a cache."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Service(ABC):
    """A shared cache."""

    default_endpoint = ""

    def __init__(self, address: SplitResult) -> None:
        # As it is written: the ids of Fastly's services have capital letters.
        self.id = address.netloc.rpartition("@")[2]
        self.token = unquote(address.username or "")
        self.options = {name: values[-1] for name, values in parse_qs(address.query).items()}
        self.endpoint = self.options.get("endpoint", self.default_endpoint or f"http://{self.id}").rstrip("/")
        self.name = f"{address.scheme}://{self.id}"

    @abstractmethod
    def messages(self, purge: Purge) -> Iterator[Message]:
        """Yield the requests that a purge takes."""

    def refusal(self, response: urllib3.BaseHTTPResponse) -> str:
        """Return why a cache did not do what it was asked, or an empty text."""
        return "" if 200 <= response.status < 300 else f"HTTP status {response.status}"

    def send(self, purge: Purge) -> None:
        """Send a purge. Raise PurgeError if the cache cannot be reached, or refuses."""
        with urllib3.PoolManager(timeout=TIMEOUT, retries=False) as pool:
            for message in self.messages(purge):
                try:
                    response = pool.request(
                        message.method, message.url, headers=message.headers, body=message.body, redirect=False
                    )
                except HTTPError as error:
                    raise PurgeError(f"{self.name}: {type(error).__name__}") from None
                if refusal := self.refusal(response):
                    raise PurgeError(f"{self.name}: {refusal}")


class Fastly(Service):
    default_endpoint = FASTLY

    def messages(self, purge: Purge) -> Iterator[Message]:
        headers = {"Fastly-Key": self.token, "Content-Type": "application/json", "Accept": "application/json"}
        for tags in _parts(purge.tags, FASTLY_TAGS):
            body = json.dumps({"surrogate_keys": tags}).encode()
            yield Message("POST", f"{self.endpoint}/service/{self.id}/purge", headers, body)


class Cloudflare(Service):
    default_endpoint = CLOUDFLARE

    def messages(self, purge: Purge) -> Iterator[Message]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        for tags in _parts(purge.tags, CLOUDFLARE_TAGS):
            body = json.dumps({"tags": tags}).encode()
            yield Message("POST", f"{self.endpoint}/client/v4/zones/{self.id}/purge_cache", headers, body)

    def refusal(self, response: urllib3.BaseHTTPResponse) -> str:
        """Cloudflare says whether it succeeded in the body, too."""
        if refusal := super().refusal(response):
            return refusal
        try:
            answer = response.json()
        except ValueError:
            return "an answer that is no JSON"
        return "" if isinstance(answer, dict) and answer.get("success") is True else "an answer without success"


class Varnish(Service):
    def messages(self, purge: Purge) -> Iterator[Message]:
        longest = max(map(len, purge.tags), default=0) + 1
        for tags in _parts(purge.tags, VARNISH_BYTES // longest):
            yield Message("PURGE", f"{self.endpoint}/", {"xkey-purge": " ".join(tags)})


class Addresses(Service):
    """A cache that knows pages by their addresses alone."""

    def messages(self, purge: Purge) -> Iterator[Message]:
        headers = {"Host": self.options["host"]} if "host" in self.options else {}
        for path in purge.paths:
            yield Message("PURGE", self.endpoint + path, headers)

    def refusal(self, response: urllib3.BaseHTTPResponse) -> str:
        return "" if response.status in GONE else super().refusal(response)


KINDS: dict[str, type[Service]] = {
    "fastly": Fastly,
    "cloudflare": Cloudflare,
    "varnish": Varnish,
    "purge": Addresses,
}


def services(addresses: Iterable[str]) -> list[Service]:
    """Return the caches of a setting. Raise ImproperlyConfigured, which does not repeat tokens, for a wrong one."""
    return [_service(number, address) for number, address in enumerate(addresses, start=1)]


def _service(number: int, address: str) -> Service:
    parts = urlsplit(address.strip())
    kind = KINDS.get(parts.scheme)
    if kind is None or not parts.hostname:
        kinds = ", ".join(f"{name}://" for name in KINDS)
        raise ImproperlyConfigured(
            f"CDN_PURGE_URLS, address {number}: it begins with one of {kinds} and names a cache."
        )
    if kind.default_endpoint and not parts.username:
        raise ImproperlyConfigured(
            f"CDN_PURGE_URLS, address {number}: {parts.scheme}://TOKEN@ID, the token is missing."
        )
    return kind(parts)


def _parts(tags: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (tags[start : start + size] for start in range(0, len(tags), size))
