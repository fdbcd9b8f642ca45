"""Feeds by address. They are the same for everyone, whatever a reader has chosen, and in the site's language."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.content.domains import normal_domain
from articles.distribution.feeds import atom, json_feed, rss, sources
from articles.distribution.feeds.items import items_from
from articles.distribution.feeds.records import EPOCH, TTL, Feed, urn
from articles.distribution.feeds.sources import MAX_VALUES, Combination, Source
from articles.distribution.feeds.story_items import StoryFeed, story_feed
from articles.distribution.feeds.thread_items import thread_feed
from articles.distribution.feeds.unchanged import conditional, unless_unchanged
from articles.distribution.feeds.versions import with_last_change
from articles.distribution.websub.feeds import hubs_of
from articles.pages.addresses import moved_to, provider_called, topic_called
from articles.pages.cached import cached_page
from articles.search.query import MAX_LENGTH
from articles.text.parameters import day_of, number_from, text_from

FORMATS = {"rss": (rss.write, rss.TYPE), "atom": (atom.write, atom.TYPE), "json": (json_feed.write, json_feed.TYPE)}
COMBINED = ("topic", "without", "provider", "min_quality")
View = Callable[..., HttpResponse]


def feed_view(*parameters: str) -> Callable[[View], View]:
    """Make a view of feeds: cached by its path and these parameters, in the site's language and time zone."""

    def wrap(view: View) -> View:
        @cached_page(*parameters)
        @require_safe
        def wrapped(request: HttpRequest, **values: Any) -> HttpResponse:
            with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
                address = request.build_absolute_uri(f"{request.path}{_known_query(request)}")
                return unless_unchanged(request, address, lambda: view(request, **values))

        return wrapped

    return wrap


@feed_view()
def front_feed(request: HttpRequest, form: str) -> HttpResponse:
    return respond(request, form, sources.front())


@feed_view()
def latest_feed(request: HttpRequest, form: str) -> HttpResponse:
    return respond(request, form, sources.latest())


@feed_view("deep")
def topic_feed(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    found = sources.topic(slug, is_deep=request.GET.get("deep") == "1")
    if found is None:
        heir = topic_called(slug)
        return moved_to(request, reverse("topic_feed", args=[heir.slug, form]) if heir else None)
    return respond(request, form, found)


@feed_view()
def provider_feed(request: HttpRequest, domain: str, form: str) -> HttpResponse:
    found = sources.provider(domain)
    if found is None:
        heir = provider_called(domain)
        return moved_to(request, reverse("provider_feed", args=[heir.domain, form]) if heir else None)
    return respond(request, form, found)


@feed_view()
def month_feed(request: HttpRequest, year: int, month: int, form: str) -> HttpResponse:
    first = day_of(year, month)
    return respond(request, form, sources.month(first) if first else None)


@feed_view()
def story_feed_view(request: HttpRequest, pk: int, form: str, slug: str = "") -> HttpResponse:
    found = story_feed(pk, request.build_absolute_uri)
    return _respond_with(request, form, found, _("What is new about one story."), urn("story", pk))


@feed_view()
def thread_feed_view(request: HttpRequest, pk: int, form: str, slug: str = "") -> HttpResponse:
    found = thread_feed(pk, request.build_absolute_uri)
    return _respond_with(request, form, found, _("The stories of one thread."), urn("thread", pk))


def _respond_with(
    request: HttpRequest, form: str, found: StoryFeed | None, description: str, name: str
) -> HttpResponse:
    if found is None:
        raise Http404("what the feed is of has no page")
    path = f"{found.path}feed.{form}"
    if path != request.get_full_path():
        return HttpResponsePermanentRedirect(path)
    feed = _feed(request, found.title, found.path, description, name)
    return _answer(request, form, replace(feed, items=found.items))


@feed_view("q")
def search_feed(request: HttpRequest, form: str) -> HttpResponse:
    text = text_from(request.GET.get("q"), MAX_LENGTH)
    return respond(request, form, sources.search(text, urlencode({"q": text})))


@feed_view(*COMBINED)
def combined_feed(request: HttpRequest, form: str) -> HttpResponse:
    wanted = Combination(
        topics=_values(request, "topic"),
        without=_values(request, "without"),
        providers=tuple(map(normal_domain, _values(request, "provider"))),
        min_quality=number_from(request.GET.get("min_quality")),
    )
    if wanted.is_empty:
        raise Http404("a combination of nothing")
    pairs = [(name, value) for name in COMBINED for value in request.GET.getlist(name)]
    found = sources.combined(wanted, urlencode(pairs))
    if found is None and (query := _of_today(pairs)) != urlencode(pairs):
        return HttpResponsePermanentRedirect(f"{request.path}?{query}")
    return respond(request, form, found)


def _of_today(pairs: list[tuple[str, str]]) -> str:
    """Return the query of a combined feed with the names that its topics and providers have now."""
    now: dict[tuple[str, str], str] = {}
    for name, value in pairs:
        if name in ("topic", "without") and (topic := topic_called(value)):
            now[name, value] = topic.slug
        elif name == "provider" and (provider := provider_called(value)):
            now[name, value] = provider.domain
    return urlencode([(name, now.get((name, value), value)) for name, value in pairs])


def respond(request: HttpRequest, form: str, source: Source | None) -> HttpResponse:
    """Return a source as a feed, or 304 without writing one; raise Http404 without a source."""
    if source is None:
        raise Http404("no such feed")
    feed = _feed(request, source.title, source.page, source.description, urn("feed", _own_path(request)))
    return _answer(request, form, replace(feed, items=items_from(source.rows, request.build_absolute_uri)))


def _feed(request: HttpRequest, title: str, page: str, description: str, name: str) -> Feed:
    query = _known_query(request)
    # Hubs know a feed by one address, whatever host it is read from.
    own = f"{settings.SITE_URL}{escape_uri_path(request.path)}" if settings.SITE_URL else request.path
    return Feed(
        id=name,
        title=title,
        description=description,
        url=request.build_absolute_uri(f"{own}{query}"),
        page_url=request.build_absolute_uri(page),
        language=settings.LANGUAGE_CODE,
        hubs=hubs_of(request, query),
    )


def _answer(request: HttpRequest, form: str, feed: Feed) -> HttpResponse:
    feed = with_last_change(feed, request.build_absolute_uri("/"))
    headers = {
        "ETag": f'"{feed.digest}-{form}"',
        "Cache-Control": f"public, max-age={int(TTL.total_seconds())}, s-maxage={settings.PAGE_MAX_AGE}",
        # Readers in browsers fetch feeds themselves.
        "Access-Control-Allow-Origin": "*",
    }
    if feed.hubs:
        links = [*((hub, "hub") for hub in feed.hubs), (feed.url, "self")]
        headers["Link"] = ", ".join(f'<{iri_to_uri(url)}>; rel="{name}"' for url, name in links)
    if feed.updated > EPOCH:
        headers["Last-Modified"] = http_date(int(feed.updated.timestamp()))
    if not_modified := conditional(request, headers):
        return not_modified
    write, media_type = FORMATS[form]
    return HttpResponse(write(feed), content_type=f"{media_type}; charset=utf-8", headers=headers)


def _values(request: HttpRequest, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text_from(value, 200) for value in request.GET.getlist(name)[:MAX_VALUES]))


def _own_path(request: HttpRequest) -> str:
    """Return what names a feed, whatever its format: its path without it, and its parameters."""
    return f"{request.path.rpartition('.')[0]}{_known_query(request)}"


def _known_query(request: HttpRequest) -> str:
    """Return the parameters that the feed depends on, in one order, as its address has them."""
    known = getattr(request.resolver_match and request.resolver_match.func, "page_parameters", ())
    pairs = sorted((name, values) for name, values in request.GET.lists() if name in known)
    return f"?{urlencode(pairs, doseq=True)}" if pairs else ""
