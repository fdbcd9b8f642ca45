"""Answers from the pages that are kept, before anything else looks at a request."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.http import parse_etags

from articles.changes import content_changed
from articles.pages.shown import WORDS_STAY, Shown, collecting
from articles.preferences.choices import COOKIE
from newsreader.compression import accepted_encoding
from newsreader.page_cache.entries import Entry
from newsreader.page_cache.store import STALE_SECONDS, PageStore, store

KEPT_STATUSES = (200, 410)
# What a page may vary by, beside the reader's choices: pages with cookies of ours are never kept, nor given.
VARIES = {"cookie", "accept-encoding"}
# Headers of a request that its page is made without: the answer to them is made from what is kept.
ANSWERED_HERE = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
# Those of the page that a 304 repeats (RFC 9110, 15.4.5).
STATUS, HIT, MADE = "Cache-Status", "newsreader; hit", "newsreader; fwd=miss; stored"  # RFC 9211
OF_304 = {"cache-control", "content-location", "etag", "expires", "vary"}


class PageCacheMiddleware:
    """Make each page once for all readers without choices.

    It stands above everything but what watches the server's health: what is kept has all headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse], pages: PageStore | None = None) -> None:
        if not settings.PAGE_CACHE_BYTES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.pages = pages or store
        content_changed.connect(_look_again, dispatch_uid="page cache")
        self.cookies = {
            COOKIE, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, "messages",
        }  # fmt: skip
        self.others = tuple(
            f"/{prefix.lstrip('/')}" for prefix in (settings.STATIC_URL, settings.MEDIA_URL, reverse("admin:index"))
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_for_all(request):
            return self.get_response(request)
        query = request.META["QUERY_STRING"]
        known = _known_parameters(request.path_info, query) if query else ""
        if known is None:
            return self.get_response(request)
        key = f"{request.scheme}://{request.META.get('HTTP_HOST', '')}{request.path_info}?{known}"
        self.pages.follow()
        entry = self.pages.get(key)
        if entry and (self.is_fresh(entry) or self.may_be_stale(entry, key)):
            return self.answer(request, entry, HIT)
        if request.method != "GET" or _known_parameters(request.path_info, query) is None:
            return self.get_response(request)
        return self.made(request, key, known)

    def is_for_all(self, request: HttpRequest) -> bool:
        """Return whether a request says nothing of who sends it, and asks for a page."""
        if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in request.META:
            return False
        if request.path_info.startswith(self.others):
            return False
        return "HTTP_COOKIE" not in request.META or self.cookies.isdisjoint(request.COOKIES)

    def is_fresh(self, entry: Entry) -> bool:
        return self.pages.clock() < entry.until

    def may_be_stale(self, entry: Entry, key: str) -> bool:
        """Return whether a page that time has made old is good enough: while somebody makes it, or nobody can."""
        age = self.pages.clock() - entry.until
        is_cut_off = self.pages.clock() - self.pages.confirmed > STALE_SECONDS / 20
        return is_cut_off or (age < STALE_SECONDS and self.pages.is_being_made(key))

    def made(self, request: HttpRequest, key: str, known: str) -> HttpResponse:
        with self.pages.making(key) as is_first:
            if not is_first and (entry := self.pages.get(key)) and self.is_fresh(entry):
                return self.answer(request, entry, HIT)
            change, made = self.pages.last_change, self.pages.clock()
            with collecting() as shown, _as_for_all(request, known):
                response = self.get_response(request)
            if not is_storable(response, shown, change):
                return _with_ignored(response, request.META["QUERY_STRING"], known)
            entry = Entry.of(response, frozenset(shown.tags), change, made, self.end(shown, made))
            self.pages.put(key, entry)
        return self.answer(request, entry, MADE)

    def end(self, shown: Shown, made: float) -> float:
        """Return until when a page stays as it is."""
        end = min(made + settings.PAGE_CACHE_SECONDS, max(self.pages.next_by_time, made))
        if shown.words_until:
            end = min(end, max(shown.words_until.timestamp(), made + WORDS_STAY.total_seconds()))
        return end

    def answer(self, request: HttpRequest, entry: Entry, status: str) -> HttpResponse:
        """Answer with a page that is kept: whole, or that the reader has it already."""
        wanted = request.META.get("HTTP_IF_NONE_MATCH")
        if wanted and entry.status == 200 and _matches(wanted, entry.etag):
            headers = [each for each in entry.headers if each[0].lower() in OF_304]
            return _response(304, b"", [*headers, (STATUS, status)])
        encoding = accepted_encoding(request.META.get("HTTP_ACCEPT_ENCODING", "")) or ""
        body = entry.body(encoding)
        response = _response(entry.status, body, entry.headers)
        response.headers[STATUS] = status
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(body))
        # A page that is known to be right is as good as one made now.
        age = int(self.pages.clock() - min(entry.until, max(self.pages.confirmed, entry.made) + 1))
        if age > 0:
            response.headers["Age"] = str(age)
        return response


def is_storable(response: HttpResponse, shown: Shown, change: int) -> bool:
    """Return whether an answer is the same for all readers without choices, and what it depends on is known."""
    if response.status_code not in KEPT_STATUSES or response.streaming or response.cookies or not shown.tags:
        return False
    directives = {each.strip().lower() for each in response.get("Cache-Control", "").split(",")}
    varies = {each.strip().lower() for each in response.get("Vary", "").split(",") if each.strip()}
    return change >= 0 and "public" in directives and "no-store" not in directives and varies <= VARIES


def _response(status: int, body: bytes, headers: list[tuple[str, str]]) -> HttpResponse:
    response = HttpResponse(body, status=status)
    del response.headers["Content-Type"]
    for name, value in headers:
        response.headers[name] = value
    return response


def _matches(wanted: str, etag: str) -> bool:
    if wanted.strip() == "*":
        return True
    return etag.removeprefix("W/") in [each.removeprefix("W/") for each in parse_etags(wanted)]


def _known_parameters(path: str, query: str) -> str | None:
    """Return those parameters of a query that the page at ``path`` knows, in order; None where no page is kept."""
    try:
        known: Mapping[str, int] | None = getattr(resolve(path).func, "page_parameters", None)
    except Resolver404:
        return None
    if known is None:
        return None
    pairs = [pair for pair in _pairs(query) if pair[0] in known]
    return urlencode(sorted(pairs, key=lambda pair: pair[0]), errors="surrogateescape")


@contextmanager
def _as_for_all(request: HttpRequest, known: str) -> Iterator[None]:
    """Make the request that of everyone inside: without what is answered here, and what the page ignores."""
    before = {name: request.META.pop(name) for name in ANSWERED_HERE if name in request.META}
    query, request.META["QUERY_STRING"] = request.META["QUERY_STRING"], known
    try:
        yield
    finally:
        request.META.update(before, QUERY_STRING=query)


def _with_ignored(response: HttpResponse, query: str, known: str) -> HttpResponse:
    """Return a redirect with the parameters that the page ignores, which may be somebody's else."""
    location = response.get("Location")
    if location is None or query == known:
        return response
    ignored = urlencode([pair for pair in _pairs(query) if pair not in _pairs(known)], errors="surrogateescape")
    if ignored:
        address, hash_sign, fragment = location.partition("#")
        response["Location"] = f"{address}{'&' if '?' in address else '?'}{ignored}{hash_sign}{fragment}"
    return response


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True, errors="surrogateescape")


def _look_again(**kwargs: object) -> None:
    store.look_again()
