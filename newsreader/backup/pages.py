"""The digests of pages, by which a restored site is compared with its source.

Pages are rendered by their views from the database alone, without what stores pages. None of them says how long ago
something was: it would be another one a minute later.
"""

import hashlib
import io
import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import reduce
from itertools import chain, islice, zip_longest
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError
from django.db.models import Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.module_loading import import_string

from articles.models import Article, ListingMonth, Provider, Story, Thread, Topic
from articles.pages.shown import collecting
from newsreader.backup.manifest import Page

logger = logging.getLogger(__name__)
MOST = 200
# How many pages of each kind are tried; those that say how old something is are left out.
TRIED = 120
# Settings that pages show. They are not secret.
SHOWN_SETTINGS = (
    "DEBUG", "LANGUAGE_CODE", "MEDIA_URL", "PAGE_SIZE", "RANKING_HALF_LIFE_HOURS", "RANKING_PER_PROVIDER",
    "RANKING_PROVIDER_WEIGHT", "RANKING_QUALITY_WEIGHT", "REMOTE_IMAGES", "SITE_NAME", "SITE_TAGLINE", "SITE_URL",
    "STATIC_URL", "TIME_ZONE",
)  # fmt: skip
# What views need before them.
_MIDDLEWARE = (
    "articles.preferences.middleware.ChoicesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)


class NoPageError(Exception):
    """A page cannot be rendered."""


def shown_settings() -> dict[str, str]:
    """Return a digest of each setting that pages show."""
    return {name: _digest(str(getattr(settings, name)).encode()) for name in SHOWN_SETTINGS}


def page_digests() -> dict[str, Page]:
    """Return up to MOST pages of the site by address, of all kinds and ages, the same ones for the same rows.

    None if pages cannot be rendered here, as where static files have not been collected.
    """
    try:
        return dict(islice(_lasting_pages(_addresses()), MOST))
    except NoPageError:
        logger.warning("The backup has no digests of pages, as these cannot be rendered here.", exc_info=True)
        return {}


def digests_of(addresses: Iterable[str]) -> dict[str, Page]:
    """Return the pages at addresses as they are now; raises NoPageError."""
    return {address: render(address)[0] for address in addresses}


def _lasting_pages(addresses: Iterable[str]) -> Iterator[tuple[str, Page]]:
    for address in addresses:
        page, has_age = render(address)
        if not has_age:
            yield address, page


def _addresses() -> Iterator[str]:
    """Yield addresses of each kind in turns, without repeats."""
    articles = Article.objects.filter(is_reference=False, is_draft=False)
    rows = (
        articles,
        Story.objects.with_page(),
        Topic.objects.all(),
        Provider.objects.all(),
        Thread.objects.with_page(),
    )
    found = chain.from_iterable(zip_longest(*map(_of, rows), _months(), _overviews()))
    return iter(dict.fromkeys(filter(None, found)))


def _spread(rows: Any) -> Iterator[Any]:
    """Yield rows at even distances of their ids, in as many short queries."""
    ends = rows.order_by().aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    width, before = ends["last"] - ends["first"] + 1, 0
    for number in range(TRIED):
        start = ends["first"] + width * number // TRIED
        row = rows.filter(pk__gte=max(start, before + 1)).order_by("pk").first()
        if row is None:
            return
        before = row.pk
        yield row


def _of(rows: Any) -> Iterator[str]:
    """Yield the addresses of rows; rows that were changed by hand may have none."""
    for row in _spread(rows):
        with suppress(NoReverseMatch):
            yield row.get_absolute_url()


def _months() -> Iterator[str]:
    months = ListingMonth.objects.filter(topic=None, provider=None).order_by("month").values_list("month", flat=True)
    return (reverse("archive_month", args=[f"{month.year:04d}", f"{month:%m}"]) for month in months[:TRIED])


def _overviews() -> Iterator[str]:
    return (reverse(name) for name in ("front", "topic_list", "story_list", "provider_list", "archive"))


# -- Rendering ---------------------------------------------------------------------------


class _Request(WSGIRequest):
    """A reader's request, by the same name on every machine."""

    def get_host(self) -> str:
        return "site.invalid"


def render(address: str) -> tuple[Page, bool]:
    """Return the page at an address, and whether it has words for an age; raises NoPageError."""
    path, _, query = address.partition("?")
    request = _Request({
        "REQUEST_METHOD": "GET", "PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query,
        "SERVER_NAME": "site.invalid", "SERVER_PORT": "443", "wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(),
    })  # fmt: skip
    with collecting() as shown:
        try:
            response = _handler()(request)
        except DatabaseError:
            raise
        except Exception as error:
            raise NoPageError(address) from error
    content = response.getvalue() if response.streaming else response.content
    page = Page(status=response.status_code, sha256=_digest(content + response.get("Location", "").encode()))
    return page, shown.words_until is not None


def _handler() -> Any:
    return reduce(lambda inner, path: import_string(path)(inner), reversed(_MIDDLEWARE), _missing)


def _view(request: HttpRequest) -> HttpResponse:
    match = resolve(request.path_info)
    request.resolver_match = match
    response: Any = match.func(request, *match.args, **match.kwargs)
    rendered: HttpResponse = response.render() if hasattr(response, "render") else response
    return rendered


def _missing(request: HttpRequest) -> HttpResponse:
    """Answer as _view, and without a page where there is none."""
    try:
        return _view(request)
    except Http404:
        return HttpResponse(status=404)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
