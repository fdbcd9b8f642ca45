"""The addresses of sitemaps."""

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.distribution.responses import shared
from articles.distribution.sitemaps import months, news, others
from articles.distribution.sitemaps.xml import Entry, index_xml, news_xml, sitemap_xml
from articles.pages.cached import cached_page
from articles.pages.shown import ANYTHING, shows
from articles.text.parameters import day_of

XML = "application/xml; charset=utf-8"


@cached_page()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    shows(ANYTHING)
    return _answer(index_xml(_base(request), _files()))


@cached_page()
@require_safe
def month(request: HttpRequest, year: int, month: int, part: int = 1) -> HttpResponse:
    first = day_of(year, month)
    if first is None:
        raise Http404("no such month")
    return _sitemap(request, months.articles_of(first, part))


@cached_page()
@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    return _sitemap(request, others.pages())


@cached_page()
@require_safe
def providers(request: HttpRequest, part: int = 1) -> HttpResponse:
    return _sitemap(request, others.providers(part))


@cached_page()
@require_safe
def stories(request: HttpRequest, part: int) -> HttpResponse:
    return _sitemap(request, others.stories(part))


@cached_page()
@require_safe
def threads(request: HttpRequest, part: int) -> HttpResponse:
    return _sitemap(request, others.threads(part))


@cached_page()
@require_safe
def recent(request: HttpRequest, part: int = 1) -> HttpResponse:
    """Serve the news sitemap, which may be empty while nothing is new."""
    shows(ANYTHING)
    entries = news.articles_of(part)
    if part > 1 and not entries:
        raise Http404("no such file")
    return _answer(news_xml(_base(request), entries, settings.SITE_NAME))


def _files() -> Iterator[Entry]:
    """Yield the addresses of all files that have entries."""
    yield Entry(reverse("sitemap_pages"))
    yield from (Entry(_part("sitemap_providers", part)) for part in _parts(len(others.provider_ids())))
    yield from (Entry(reverse("sitemap_stories", args=[part])) for part in others.story_parts())
    yield from (Entry(reverse("sitemap_threads", args=[part])) for part in others.thread_parts())
    yield from (Entry(_part("sitemap_news", part)) for part in _parts(news.count(), news.PER_FILE))
    for first, count, change in months.months():
        date = (f"{first.year:04d}", f"{first:%m}")
        yield from (Entry(_part("sitemap_month", part, *date), change) for part in _parts(count))


def _parts(count: int, size: int = months.PER_FILE) -> range:
    return range(1, -(-count // size) + 1)


def _part(name: str, part: int, *arguments: str) -> str:
    return reverse(name, args=[*arguments, part] if part > 1 else arguments)


def _sitemap(request: HttpRequest, entries: list[Entry]) -> HttpResponse:
    if not entries:
        raise Http404("no such file")
    shows(ANYTHING)
    return _answer(sitemap_xml(_base(request), entries))


def _answer(text: str) -> HttpResponse:
    return shared(HttpResponse(text, content_type=XML))


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
