"""Answers requests from the page cache, before any other middleware."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import get_conditional_response

from articles.changes import content_changed
from articles.pages.cached import forget_other_time
from articles.pages.shown import WORDS_STAY, Shown, collecting
from articles.preferences.choices import COOKIE
from newsreader.cdn.headers import age_headers, tag_headers
from newsreader.compression import accepted_encoding
from newsreader.page_cache.entries import Entry
from newsreader.page_cache.store import CUT_OFF_SECONDS, STALE_SECONDS, PageStore, store
from newsreader.replicas.routing import CHANGE

CACHED_STATUSES = (200, 410)
# What a cached page may vary by: requests with one of the site's cookies never use the cache.
VARIES = {"cookie", "accept-encoding"}
# Request headers that are removed while a page is rendered: they are handled here.
HANDLED_HEADERS = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
# What a 304 repeats of the page's headers (RFC 9110, 15.4.5), as Django does.
NOT_MODIFIED_HEADERS = {"cache-control", "content-location", "date", "etag", "expires", "last-modified", "vary"}
STATUS, HIT, MISS = "Cache-Status", "newsreader; hit", "newsreader; fwd=miss; stored"  # RFC 9211
VIEW, LEVEL = "newsreader.view", "newsreader.cache"


class PageCacheMiddleware:
    """Render each page once for all readers without settings.

    It comes before all middleware except the health checks, so that cached pages have all headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse], pages: PageStore | None = None) -> None:
        if not settings.PAGE_CACHE_BYTES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.pages = pages or store
        content_changed.connect(_read_log_next, dispatch_uid="page cache")
        self.cookies = {
            COOKIE, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, "messages",
        }  # fmt: skip
        self.others = tuple(
            f"/{prefix.lstrip('/')}" for prefix in (settings.STATIC_URL, settings.MEDIA_URL, reverse("admin:index"))
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_cacheable(request):
            return self.get_response(request)
        query = request.META["QUERY_STRING"]
        known = _known_parameters(request.path_info, query) if query else ""
        if known is None:
            return self.get_response(request)
        key = f"{request.scheme}://{request.META.get('HTTP_HOST', '')}{request.path_info}?{known}"
        self.pages.follow()
        entry, level = self.pages.find(key)
        if entry and self.pages.is_fresh(entry):
            return self.answer(request, key, entry, HIT, level)
        if entry and self.may_serve_stale(entry, key):
            return self.answer(request, key, entry, HIT, "stale")
        if request.method != "GET" or (not query and _known_parameters(request.path_info, query) is None):
            return self.get_response(request)
        return self.rendered(request, key, known)

    def is_cacheable(self, request: HttpRequest) -> bool:
        """Return whether a request is for a page and does not identify its sender."""
        if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in request.META:
            return False
        if request.path_info.startswith(self.others):
            return False
        return "HTTP_COOKIE" not in request.META or self.cookies.isdisjoint(request.COOKIES)

    def may_serve_stale(self, entry: Entry, key: str) -> bool:
        """Return whether to serve an expired page: while another thread renders it, or the database is down."""
        age = self.pages.clock() - entry.expires
        is_cut_off = self.pages.clock() - self.pages.confirmed > CUT_OFF_SECONDS
        return is_cut_off or (age < STALE_SECONDS and self.pages.is_being_rendered(key))

    def rendered(self, request: HttpRequest, key: str, known: str) -> HttpResponse:
        with self.pages.rendering(key) as is_first:
            if not is_first and (entry := self.pages.get(key)) and self.pages.is_fresh(entry):
                return self.answer(request, key, entry, HIT, "worker")
            change, rendered = self.pages.last_change, self.pages.clock()
            with collecting() as shown, _without_handled(request, known):
                response = self.get_response(request)
            # A replica may have less, while the primary is down.
            change = min(change, request.META.get(CHANGE, change))
            if not is_storable(response, shown, change):
                return _with_ignored(response, request.META["QUERY_STRING"], known)
            if settings.CDN_TAGS:
                _add_headers(response, tag_headers(shown.tags))
            entry = Entry.of(
                response, _encoding(request), frozenset(shown.tags), change, rendered, self.expiry(shown, rendered)
            )
            entry.view = request.resolver_match.view_name if request.resolver_match else ""
            self.pages.put(key, entry)
        return self.answer(request, key, entry, MISS, "miss")

    def expiry(self, shown: Shown, rendered: float) -> float:
        """Return the time at which a page expires."""
        end = min(rendered + settings.PAGE_CACHE_SECONDS, max(self.pages.next_by_time, rendered))
        if shown.words_until:
            end = min(end, max(shown.words_until.timestamp(), rendered + WORDS_STAY.total_seconds()))
        return end

    def answer(self, request: HttpRequest, key: str, entry: Entry, status: str, level: str) -> HttpResponse:
        """Return a response with a cached page, or a 304 if the reader has it already.

        Middleware before this one finds the page's view and ``level`` in ``request.META``.
        """
        request.META[VIEW], request.META[LEVEL] = entry.view, level
        if entry.status == 200 and entry.etag and request.META.get("HTTP_IF_NONE_MATCH") == entry.etag:
            answer = self.not_modified(entry)
        else:
            answer = self.whole(request, key, entry)
        # A page that is known to be current counts as new.
        age = int(self.pages.clock() - min(entry.expires, max(self.pages.confirmed, entry.rendered) + 1))
        if age > 0 and answer.status_code != 304:
            answer.headers["Age"] = str(age)
        answer.headers[STATUS] = status
        if settings.CDN_PURGE_URLS:
            _add_headers(answer, age_headers(max(0, int(entry.expires - self.pages.clock()))))
        return answer

    def not_modified(self, entry: Entry) -> HttpResponse:
        """Return the answer to those who have the very page, as nearly all have who ask with an ETag.

        The same as Django makes, which compares lists of ETags and makes the whole answer before.
        """
        answer = HttpResponse(status=304)
        del answer.headers["Content-Type"]
        for name, value in entry.headers:
            if name.lower() in NOT_MODIFIED_HEADERS:
                answer.headers[name] = value
        return answer

    def whole(self, request: HttpRequest, key: str, entry: Entry) -> HttpResponse:
        """Return the page, or a 304 if it is among those that the reader has."""
        encoding = _encoding(request)
        has_it = not encoding or encoding in entry.bodies
        body = entry.body(encoding)
        if not has_it:
            self.pages.measure_again(key, entry)
        response = _response(entry, body)
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(body))
        forget_other_time(request, response.get("Last-Modified"))
        # None only without a response.
        return get_conditional_response(request, etag=entry.etag, response=response) or response


def is_storable(response: HttpResponse, shown: Shown, change: int) -> bool:
    """Return whether a response is the same for all readers without settings, and its tags are known."""
    if response.status_code not in CACHED_STATUSES or response.streaming or response.cookies or not shown.tags:
        return False
    directives = {each.strip().lower() for each in response.get("Cache-Control", "").split(",")}
    varies = {each.strip().lower() for each in response.get("Vary", "").split(",") if each.strip()}
    return change >= 0 and "public" in directives and "no-store" not in directives and varies <= VARIES


def _encoding(request: HttpRequest) -> str:
    return accepted_encoding(request.META.get("HTTP_ACCEPT_ENCODING", "")) or ""


def _response(entry: Entry, body: bytes) -> HttpResponse:
    response = HttpResponse(body, status=entry.status)
    del response.headers["Content-Type"]
    if entry.checked_headers is None:
        _add_headers(response, dict(entry.headers))
        entry.checked_headers = dict(_fields(response))
    else:
        # Django would look at each character of all of them again, which takes as long as the rest of the answer.
        _fields(response).update(entry.checked_headers)
    return response


def _fields(response: HttpResponse) -> dict[str, tuple[str, str]]:
    """Return the headers of a response as Django stores them: name and value by the name in lower case."""
    fields: dict[str, tuple[str, str]] = vars(response.headers)["_store"]
    return fields


def _add_headers(response: HttpResponse, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        response.headers[name] = value


def _known_parameters(path: str, query: str) -> str | None:
    """Return the parameters of a query that the page at ``path`` uses, sorted; None if the page is not cached."""
    try:
        known: Mapping[str, int] | None = getattr(resolve(path).func, "page_parameters", None)
    except Resolver404:
        return None
    if known is None:
        return None
    pairs = [pair for pair in _pairs(query) if pair[0] in known]
    return urlencode(sorted(pairs, key=lambda pair: pair[0]), errors="surrogateescape")


@contextmanager
def _without_handled(request: HttpRequest, known: str) -> Iterator[None]:
    """Make a request anonymous in the block: without headers that are handled here, and parameters the page ignores."""
    before = {name: request.META.pop(name) for name in HANDLED_HEADERS if name in request.META}
    query, request.META["QUERY_STRING"] = request.META["QUERY_STRING"], known
    try:
        yield
    finally:
        request.META.update(before, QUERY_STRING=query)


def _with_ignored(response: HttpResponse, query: str, known: str) -> HttpResponse:
    """Add the parameters that the page ignores to a redirect; others may need them."""
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


def _read_log_next(**kwargs: object) -> None:
    store.read_log_next()
