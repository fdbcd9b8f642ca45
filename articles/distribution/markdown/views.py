"""The addresses of pages as Markdown."""

from urllib.parse import unquote

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.distribution.markdown import text
from articles.distribution.responses import shared
from articles.listings import Scope
from articles.models import Article, Story, Thread, ThreadMember
from articles.pages.addresses import article_called, moved_to, topic_called
from articles.pages.cached import cached_page
from articles.pages.cards import card_from, cards_for, related_items
from articles.pages.kept_listings import KeptListing
from articles.pages.paging import LinkedPage, LinkedPaginator, articles_page, requested_page
from articles.pages.shown import CATALOGUE, LISTINGS, shows, shows_story, shows_thread, shows_topic
from articles.pages.threads import PER_PAGE, name_of, stories_of
from articles.pages.topic_tree import flat, place_of, topic_tree
from articles.text.parameters import day_of
from articles.text.rendering import plain_text


@cached_page()
@require_safe
def article(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    date = day_of(year, month, day)
    if date is None:
        raise Http404("no such date")
    row = Article.objects.page_row(date, slug)
    if row is None:
        return moved_to(request, markdown_path(article_called(date, slug)))
    if not row["listed"]:
        raise Http404("not listed")
    card = card_from(row)
    return _answer(request, text.article(_base(request), card, row["body"]), card.url)


@cached_page()
@require_safe
def story(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    # Of one that has become a part of another, the address leads there.
    found = Story.objects.with_page().filter(Q(pk=pk) | Q(merged__pk=pk)).first()
    if found is None or found.lead_id is None:
        raise Http404("no such story")
    # request.path is decoded, addresses of stories are not.
    if (path := markdown_path(found.get_absolute_url())) and unquote(path) != request.path:
        return moved_to(request, path)
    shows_story(pk)
    lead = card_from(Article.objects.lead_row(found.lead_id))
    accounts = related_items(Article.objects.accounts_of(pk), pk)
    return _answer(request, text.story(_base(request), lead, accounts), found.get_absolute_url())


@cached_page("page")
@require_safe
def thread(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    found = Thread.objects.with_page().select_related("head__lead").filter(Q(pk=pk) | Q(merged__pk=pk)).first()
    if found is None:
        raise Http404("no such thread")
    if (path := markdown_path(found.get_absolute_url())) and unquote(path) != request.path:
        return moved_to(request, path)
    shows_thread(found.pk)
    members = ThreadMember.objects.filter(thread=found, story__lead__isnull=False).seen().newest_first()
    ids = members.values_list("story_id", flat=True)
    page: LinkedPage[int] = requested_page(request, LinkedPaginator(ids, PER_PAGE, request.path))
    written = text.thread(_base(request), name_of(found), stories_of(list(page)), page.next_url)
    return _answer(request, written, found.get_absolute_url())


@cached_page("page")
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    place = place_of(slug)
    if place is None:
        heir = topic_called(slug)
        return moved_to(request, markdown_path(heir.get_absolute_url() if heir else None))
    found = place.topic
    shows_topic(found.pk)
    page = articles_page(request, KeptListing(Scope(topic=found)))
    name, description = plain_text(found.name), plain_text(found.description)
    written = text.listing(_base(request), name, description, cards_for(list(page)), page.next_url)
    return _answer(request, written, found.get_absolute_url())


@cached_page()
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Serve ``llms.txt``: what the site is, and where its Markdown is."""
    shows(LISTINGS)
    topics = [(node.name, reverse("topic_markdown", args=[node.slug])) for node in flat(topic_tree()) if node.count]
    return _answer(request, text.guide(_base(request), settings.SITE_NAME, str(settings.SITE_TAGLINE), topics), "/")


def markdown_path(page: str | None) -> str | None:
    """Return the address of a page's Markdown."""
    return page and f"{page.removesuffix('/')}.md"


def _answer(request: HttpRequest, written: str, page: str) -> HttpResponse:
    """Return Markdown, for which search engines are sent to the page itself."""
    shows(CATALOGUE)
    response = HttpResponse(written, content_type="text/markdown; charset=utf-8")
    response["Link"] = f'<{request.build_absolute_uri(page)}>; rel="canonical"'
    response["X-Robots-Tag"] = "noindex"
    return shared(response)


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
