"""Search: the results page, suggestions while typing, and the description for browsers."""

from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from articles.content.web_addresses import is_address, words_in
from articles.pages.cached import cached_page
from articles.pages.paging import LinkedPage, LinkedPaginator, ListedIds, nearest_page
from articles.pages.search_results import describe_ignored, facets, filter_links, marked, results_of
from articles.pages.shown import ANYTHING, shows
from articles.preferences.personalise import Reader, for_reader, reader_of
from articles.search.finding import page_of
from articles.search.offered import Offered
from articles.search.query import MAX_LENGTH, Query, parse
from articles.search.searching import FOUND_LIMIT, SORTS, Found, Search, find, prepare
from articles.search.suggesting import completions, respelt
from articles.views.pages import render_page
from newsreader.limits import seconds_to_wait, too_many

LONGEST_ADDRESS = 4000  # characters; nothing longer is looked up


@cached_page("page", "q", "show", "sort")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the results of a query; the address of an article at its provider redirects to its page here."""
    shows(ANYTHING)
    text = request.GET.get("q", "").strip()
    address = text if len(text) <= LONGEST_ADDRESS and is_address(text) else ""
    if address and (path := page_of(address)):
        return redirect(path)
    asked = prepare(parse(words_in(address) if address else text))
    # Answers from the page cache do not come here.
    if asked.criteria and (seconds := seconds_to_wait(request, "search", settings.SEARCH_RATE_LIMIT)):
        return too_many(request, seconds)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS and asked.is_ranked else SORTS[0]
    found = find(asked, sort)
    page = results_page(request, found, address_parameters(text, sort))
    reader = reader_of(request)
    results = results_of(list(page), found.unlisted, reader.chosen_filter.topics_of)
    cards, hidden = for_reader(results, reader)
    spelling = respelt(asked, len(found))
    context = {
        "text": text,
        "feed_query": quote(text),
        "address": address,
        "query": str(asked.query),
        "is_asked": asked.criteria is not None,
        "ignored": [describe_ignored(each) for each in asked.ignored],
        "page": page,
        "cards": [marked(card, asked.criteria.phrases) for card in cards] if asked.criteria else [],
        "hidden": hidden,
        "limit": FOUND_LIMIT if found.has_more else 0,
        "spelling": {"text": str(spelling), "url": url_of(spelling, sort)} if spelling else None,
        **result_links(asked, found, sort, reader),
    }
    # Without its query, the canonical address is the empty form's: search engines need not index endless results.
    return render_page(request, "search.html", context)


def results_page(request: HttpRequest, found: Found, query: str) -> LinkedPage[int]:
    """Return the requested page of what was found, or the nearest one, of ids."""
    ids = ListedIds(len(found), found.ids_from)
    return nearest_page(request, LinkedPaginator(ids, settings.PAGE_SIZE, request.path, query))


def result_links(asked: Search, found: Found, sort: str, reader: Reader) -> dict[str, Any]:
    """Return the links to narrower, wider or differently sorted results."""

    def here(query: Query) -> str:
        return url_of(query, sort)

    return {
        "sort": sort,
        "sorts": {name: url_of(asked.query, name) for name in SORTS} if asked.is_ranked and found.places else {},
        "filters": filter_links(asked.query, here),
        "facets": facets(asked, found, here, reader.filter.offered()) if len(found) > 1 else [],
        "is_ranked": asked.is_ranked and sort == SORTS[0],
    }


def url_of(query: Query, sort: str) -> str:
    """Return the address of a query's results."""
    parameters = address_parameters(str(query), sort)
    return f"{reverse('search')}{'?' if parameters else ''}{parameters}"


def address_parameters(text: str, sort: str) -> str:
    return urlencode({"q": text, **({"sort": sort} if sort != SORTS[0] else {})}) if text else ""


@cached_page("form", "q")
@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Return completions of what is being typed; with ``form=list``, in the format of OpenSearch."""
    shows(ANYTHING)
    offered = reader_of(request).filter.offered()
    response = suggestions(request, offered)
    patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, max_age=300, **{"public" if offered.is_everything else "private": True})
    return response


def suggestions(request: HttpRequest, offered: Offered) -> JsonResponse:
    text = request.GET.get("q", "")[:MAX_LENGTH]
    found = completions(text, offered)
    if request.GET.get("form") == "list":
        return JsonResponse([text, found.queries], safe=False, content_type="application/x-suggestions+json")
    named = {"topics": found.topics, "providers": found.providers}
    pages = {kind: [{"name": name, "url": url} for name, url in rows] for kind, rows in named.items()}
    return JsonResponse({"q": text, "queries": found.queries, **pages})


@require_safe
@vary_on_cookie
@cache_control(public=True, max_age=86400)
def opensearch(request: HttpRequest) -> HttpResponse:
    """Serve the OpenSearch description, with which browsers offer this search."""
    urls = {name: request.build_absolute_uri(reverse(name)) for name in ("search", "search_suggest")}
    context = {**urls, "language": settings.LANGUAGE_CODE}
    return render(
        request, "opensearch.xml", context, content_type="application/opensearchdescription+xml; charset=utf-8"
    )
