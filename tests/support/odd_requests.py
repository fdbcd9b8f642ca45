"""Requests as broken programs and people who mean harm send them: damaged paths, queries, headers, cookies and bodies."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, quote_from_bytes

from django.test.client import Client, encode_multipart

from tests.support.addresses import Address
from tests.support.mutations import ODD, VALUES

METHODS = ["GET"] * 8 + ["POST"] * 6 + ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "BREW"]
# What pages, lists, feeds, the API and the admin ask queries and forms for.
NAMES = [
    *(
        "q",
        "p",
        "page",
        "o",
        "e",
        "all",
        "sort",
        "from",
        "to",
        "topic",
        "provider",
        "next",
        "format",
        "cursor",
        "before",
        "after",
    ),
    *(
        "lang",
        "ids",
        "limit",
        "fields",
        "version",
        "hide",
        "follow",
        "saved",
        "theme",
        "days",
        "at",
        "id",
        "pk",
        "answer",
        "do",
    ),
    *(
        "into",
        "heat",
        "quality",
        "state",
        "action",
        "_selected_action",
        "_changelist_filters",
        "_popup",
        "_to_field",
        "term",
    ),
    *(
        "app_label",
        "model_name",
        "field_name",
        "csrfmiddlewaretoken",
        "title",
        "excerpt",
        "name",
        "slug",
        "web_url",
        "image",
    ),
    *(
        "topics",
        "published_date_time_0",
        "published_date_time_1",
        "form-TOTAL_FORMS",
        "entries-TOTAL_FORMS",
        "entries-0-id",
        "url",
        "maxwidth",
    ),
    *(
        "username",
        "password",
        "login",
        "code",
        "email",
        "reason",
        "starts",
        "ends",
        "place",
        "file",
        "",
        "a[]",
        "__proto__",
    ),
]
HEADERS = {
    "ACCEPT": ["text/html", "application/json", "*/*;q=x", "text/html;q=1e9", "application/atom+xml, */*;q=0"],
    "ACCEPT_ENCODING": ["br", "gzip;q=0", "zstd, *;q=0", "identity;q=0, *;q=0", "gzip" * 500],
    "ACCEPT_LANGUAGE": ["de", "ar", "x" * 300, "en-" * 200, "*;q=-1", "zh-hant-TW-u-co-stroke"],
    "AUTHORIZATION": ["Basic Og==", "Basic ====", "Bearer x", "Bearer", "Digest username=x"],
    "IF_NONE_MATCH": ["*", '"x"', 'W/"', '"a", "b"', "x" * 4000],
    "IF_MODIFIED_SINCE": ["Sun, 29 Feb 2999 25:00:00 GMT", "0", "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"],
    "IF_UNMODIFIED_SINCE": ["Thu, 01 Jan 1970 00:00:00 GMT", "99999999999999999999"],
    "RANGE": ["bytes=0-", "bytes=9-1", "bytes=" + "0-0," * 500, "lines=1-2"],
    "ORIGIN": ["null", "https://[::1", "https://evil.example"],
    "REFERER": ["https://[::1", "http://testserver/", "javascript:1"],
    "X_FORWARDED_FOR": ["127.0.0.1", "1.2.3.4, x", "::ffff:127.0.0.1%eth0", "," * 500],
    "X_FORWARDED_PROTO": ["https", "gopher"],
    "X_FORWARDED_HOST": ["evil.example"],
    "X_REQUEST_ID": ["x" * 4000, "../../x", "<b>"],
    "X_HTTP_METHOD_OVERRIDE": ["DELETE"],
    "HOST": ["testserver", "testserver:99999", "evil.example", "[::1", "a" * 300],
    "COOKIE": [
        "sessionid=x", "choices=", "choices=" + "eyJ" * 500, "a=b;" * 500, "csrftoken=x; csrftoken=y", "=;=;;", 'messages="[[1"',
        "django_language=../../x", "__Host-sessionid=1",
    ],
    "USER_AGENT": ["", "x" * 8000, "Googlebot"],
    "SEC_FETCH_SITE": ["cross-site", "x"],
}  # fmt: skip
TYPES = [
    "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=", "application/json",
    "application/json; charset=x", "text/plain", "multipart/form-data; boundary=BoUnDaRyStRiNg", "", "x/y; charset=utf-16",
]  # fmt: skip


class OddRequest(NamedTuple):
    """A request as the server would hand it on; ``environ`` has the path, the query and the headers."""

    method: str
    address: str
    body: bytes
    content_type: str
    environ: dict[str, Any]

    def send(self, client: Client) -> Any:
        return client.generic(self.method, "/", self.body, content_type=self.content_type, **self.environ)


def odd_requests(seed: int, count: int, addresses: list[Address], known: dict[str, str]) -> Iterator[OddRequest]:
    """Make requests to addresses, drawn at random; the same for the same seed."""
    rng = random.Random(seed)
    for _ in range(count):
        address = rng.choice(addresses)
        values = {name: _value(rng, known) for name in address.parameters if rng.random() < 0.5}
        path = rng.choice([*[str] * 9, lambda text: _damaged(rng, text)])(address.filled(known, **values))
        content_type = rng.choice(TYPES)
        environ = {
            f"HTTP_{name}": _header(rng, name) for name in rng.sample(sorted(HEADERS), rng.choice([0, 1, 1, 2, 5]))
        }
        environ |= {"PATH_INFO": _as_wsgi(path), "QUERY_STRING": _pairs(rng, known, 0)}
        yield OddRequest(rng.choice(METHODS), address.text, _body(rng, content_type, known), content_type, environ)


def _value(rng: random.Random, known: dict[str, str]) -> str:
    make: Callable[[], str] = rng.choice([
        lambda: rng.choice(ODD) * rng.choice([1, 1, 50]),
        lambda: rng.choice(VALUES),
        lambda: rng.choice(sorted(known.values())),
        lambda: _damaged(rng, rng.choice(sorted(known.values()))),
        lambda: str(rng.choice([0, 1, -1, 2**31, 2**63, 10**30])),
    ])  # fmt: skip
    return make()


def _damaged(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(["", rng.choice(ODD), text, "/", "?", "\\"]) + text[at + rng.choice([0, 0, 1]) :]


def _as_wsgi(text: str) -> str:
    """Return bytes of UTF-8 as WSGI has them: a letter of Latin-1 for each."""
    return text.encode(errors="surrogatepass").decode("latin-1")


def _header(rng: random.Random, name: str) -> str:
    text = rng.choice(HEADERS[name])
    if rng.random() < 0.3:
        text = _damaged(rng, text)
    # No server lets these through.
    return _as_wsgi("".join(letter for letter in text if letter not in "\r\n\0"))


def _pairs(rng: random.Random, known: dict[str, str], least: int) -> str:
    encode = rng.choice([quote, quote, _as_wsgi, lambda text: quote_from_bytes(text.encode()[:-1] + b"\xff")])
    return "&".join(
        f"{quote(rng.choice(NAMES))}{rng.choice(['=', '=', '=', ''])}{encode(_value(rng, known))}"
        for _ in range(max(least, rng.choice([0, 1, 1, 2, 4])))
    )


def _body(rng: random.Random, content_type: str, known: dict[str, str]) -> bytes:
    values = {rng.choice(NAMES): _value(rng, known) for _ in range(rng.choice([1, 3, 8]))}
    if "json" in content_type:
        body = json.dumps(rng.choice([values, [values], values and 1, {"a": values}])).encode()
    elif "multipart" in content_type:
        body = encode_multipart("BoUnDaRyStRiNg", values)
    else:
        body = _pairs(rng, known, 3).encode()
    if rng.random() < 0.3 and body:
        at = rng.randrange(len(body))
        body = body[:at] + rng.choice([b"", b"\xff", b"\0", b"{" * 500]) + body[at + 1 :]
    return body
