"""The page of one thread."""

import datetime as dt
from typing import Any
from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from articles.models import Thread
from articles.pages.cached import cached_page
from articles.pages.paging import LinkedPage, LinkedPaginator, requested_page
from articles.pages.shown import CATALOGUE, shows, shows_thread
from articles.pages.story_coverage import span_days
from articles.pages.threads import (
    PER_PAGE,
    main_providers,
    month_links,
    months_on,
    name_of,
    stories_of,
    times_of,
)
from articles.preferences.personalise import for_reader, reader_of
from articles.views.pages import about_listing, render_page

LOOSE_DAYS = 180  # more than a subject usually lasts
LOOSE_STORIES = 50


@cached_page("page", "show")
@require_safe
def thread(request: HttpRequest, pk: int, slug: str = "") -> HttpResponseBase:
    found = get_object_or_404(Thread.objects.select_related("merged_into__head__lead", "head__lead"), pk=pk)
    found = found.merged_into or found
    if not found.has_page:
        return without_page(request, found)
    # request.path is decoded, the thread's address is not.
    if request.path != unquote(found.get_absolute_url()):
        return redirect(
            f"{found.get_absolute_url()}{'?' if request.GET else ''}{request.GET.urlencode()}", permanent=True
        )
    return render_thread(request, found)


def without_page(request: HttpRequest, found: Thread) -> HttpResponse:
    """Lead to what is left of a thread that had a page; 410 if that is nothing, and 404 if it never had one."""
    shows_thread(found.pk)
    head = found.head
    if head and head.lead and head.lead.is_listed:
        # Not a permanent redirect: the thread may come back.
        return redirect(head.get_absolute_url() if head.size > 1 else head.lead.get_absolute_url())
    if not found.slug:
        raise Http404("the thread has no stories that readers see")
    shows(CATALOGUE)
    return render(request, "410.html", status=410)


def render_thread(request: HttpRequest, found: Thread) -> HttpResponse:
    shows_thread(found.pk)
    reader = reader_of(request)
    times = times_of(found.pk)
    page: LinkedPage[tuple[int, dt.datetime]] = requested_page(request, LinkedPaginator(times, PER_PAGE, request.path))
    stories = stories_of([pk for pk, _ in page], reader.chosen_filter.topics_of)
    seen, hidden = for_reader(stories, reader)
    days = span_days(found.first, found.last) if found.first and found.last else 0
    name = name_of(found)
    context: dict[str, Any] = {
        "thread": found,
        "name": name,
        "days": days,
        "is_loose": not found.name and days > LOOSE_DAYS and found.stories > LOOSE_STORIES,
        "page": page,
        "months": months_on(page, seen),
        "jumps": month_links(times, page),
        "hidden": hidden,
        "is_followed": str(found.pk) in reader.choices.followed_threads,
        "providers": main_providers(found.pk),
        "latest": stories[0] if page.number == 1 and stories else None,
    }
    urls = [story.url for story in seen if not story.item.is_external or story.item.story_url]
    return render_page(request, "thread.html", context | about_listing(request, name, urls), page.url)
