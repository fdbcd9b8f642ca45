"""Threads: lists, those with the newest article first, and one with its stories."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from ninja import Query, Router

from articles.distribution.api import records
from articles.distribution.api.answers import Paging, answer, chosen, next_url, page_answer
from articles.distribution.api.cursors import newest_after
from articles.distribution.api.problems import not_found
from articles.distribution.api.schemas import FullThread, Page, Problem, ThreadStory
from articles.distribution.api.schemas import Thread as ThreadRecord
from articles.models import Thread, ThreadMember
from articles.pages.shown import ANYTHING, shows, shows_thread
from articles.pages.threads import name_of, stories_of
from articles.text.parameters import MAX_NUMBER

router = Router(tags=["Threads"])


@router.get("/threads", response={200: Page[ThreadRecord], 422: Problem}, url_name="threads")
def list_threads(request: HttpRequest, wanted: Query[Paging]) -> HttpResponse:
    """Return threads, those with the newest article first."""
    shows(ANYTHING)
    fields = chosen(wanted.fields, ThreadRecord)
    shown = Thread.objects.with_page().filter(first__isnull=False).annotate(tie=F("id"))
    found, cursor = newest_after(shown, wanted.cursor, wanted.limit, ("last", "tie", "id"))
    threads = Thread.objects.select_related("head__lead").in_bulk([row[2] for row in found])
    data = [ThreadRecord(**values_of(request, threads[row[2]])) for row in found if row[2] in threads]
    return page_answer(Page[ThreadRecord](data=data, next=next_url(request, cursor)), fields)


@router.get("/threads/{int:pk}", response={200: FullThread, 301: None, 404: Problem, 422: Problem}, url_name="thread")
def get_thread(request: HttpRequest, pk: int, wanted: Query[Paging]) -> HttpResponse:
    """Return a thread with its stories, newest first. One that became a part of another redirects to that."""
    fields = chosen(wanted.fields, FullThread)
    shows_thread(pk)
    rows = Thread.objects.filter(pk=pk) if pk <= MAX_NUMBER else Thread.objects.none()
    thread = rows.select_related("head__lead").first()
    if thread and thread.merged_into_id:
        address = records.api_url("thread", request.build_absolute_uri, pk=thread.merged_into_id)
        return HttpResponsePermanentRedirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)
    if thread is None or not thread.has_page or thread.first is None:
        raise not_found("There is no thread with this id.")
    members = ThreadMember.objects.filter(thread=thread).seen().annotate(tie=F("story_id"))
    found, cursor = newest_after(members, wanted.cursor, wanted.limit, ("time", "tie", "story_id"))
    timeline = [
        ThreadStory(
            story=story.id,
            title=story.item.title,
            url=request.build_absolute_uri(story.url),
            is_external=story.item.is_external and not story.item.story_url,
            provider=story.item.provider_name,
            published=story.item.published_date_time,
            articles=story.size,
            providers=story.providers,
        )
        for story in stories_of([row[2] for row in found])
    ]
    following = next_url(request, cursor)
    return answer(FullThread(**values_of(request, thread), timeline=timeline, next=following), fields)


def values_of(request: HttpRequest, thread: Thread) -> dict[str, Any]:
    """Return the fields of a thread, which its page shows at its head."""
    return {
        "id": thread.pk,
        "url": request.build_absolute_uri(thread.get_absolute_url()),
        "name": name_of(thread),
        "stories": thread.stories,
        "articles": thread.articles,
        "providers": thread.providers,
        "first": thread.first,
        "last": thread.last,
    }
