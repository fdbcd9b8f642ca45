"""What has changed since a client asked last, so that it can keep a copy of the site's articles."""

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from articles.changes.log import STORED_FOR, latest_number, number_at, stretch_after
from articles.distribution.api import records
from articles.distribution.api.answers import NO_NUL, Paging, answer, chosen, next_url
from articles.distribution.api.cursors import cursor_of, values_of
from articles.distribution.api.problems import bad_parameter, gone
from articles.distribution.api.schemas import Article as ArticleRecord
from articles.distribution.api.schemas import Change, Changes, Problem
from articles.models import Article
from articles.text.parameters import time_from

router = Router(tags=["Changes"])

# Changes can be seen when their transaction ends: what was begun so long before a time is given again.
OVERLAP = dt.timedelta(minutes=10)
START_ANEW = "Ask for /api/v1/changes, read all of /api/v1/articles, and go on from “next” of the former."


class Wanted(Paging):
    since: str = Field(
        "", max_length=40, pattern=NO_NUL, description="A time with its zone, such as 2026-01-31T12:00:00Z."
    )


class Place(NamedTuple):
    """Where a client has come to: changes until number ``done``, articles whose time came until ``seen``.

    Then it reads the articles of the changes until number ``end``, and of those whose time came until ``until``, by
    their ids, and has come to ``article``. At the end of them, ``end`` is ``done``.
    """

    done: int
    end: int
    article: int
    seen: dt.datetime
    until: dt.datetime

    def at_end(self) -> "Place":
        return Place(self.end, self.end, 0, self.until, self.until)


@router.get("/changes", response={200: Changes, 410: Problem, 422: Problem}, url_name="changes")
def list_changes(request: HttpRequest, wanted: Query[Wanted]) -> HttpResponse:
    """Return the articles that were listed, changed or withdrawn since a time, or since the answer with a cursor.

    Without either, it returns none, but in “next” where to begin.
    """
    fields = chosen(wanted.fields, ArticleRecord)
    now = timezone.now()
    place = place_asked_for(wanted, now)
    if place.done > latest_number() or now - place.seen > STORED_FOR - OVERLAP:
        raise gone(f"Changes are known for {STORED_FOR.days} days, and only of this site. {START_ANEW}")
    is_new = place.end == place.done
    stretch = stretch_after(place.done, None if is_new else place.end)
    if stretch.is_everything:
        raise gone(f"Anything may have changed since then. {START_ANEW}")
    if is_new:
        place = place._replace(end=stretch.end, until=now if stretch.is_last else place.seen)
    ids = articles_from(place, stretch.articles, wanted.limit)
    following = place._replace(article=ids[wanted.limit - 1]) if len(ids) > wanted.limit else place.at_end()
    changes = Changes(
        data=changes_of(ids[: wanted.limit], request),
        next=str(next_url(request, cursor_of(*following))),
        has_more=len(ids) > wanted.limit or not stretch.is_last,
    )
    include: Any = {"data": {"__all__": {"id": True, "is_gone": True, "article": fields}}} if fields else {"data": True}
    response = answer(changes, include | {"next": True, "has_more": True})
    response["Cache-Control"] = "no-cache"
    response["Link"] = f'<{changes.next}>; rel="next"'
    return response


def place_asked_for(wanted: Wanted, now: dt.datetime) -> Place:
    """Return the place to read from; raise a problem if the cursor or the time is none."""
    if wanted.cursor:
        return Place._make(values_of(wanted.cursor, int, int, int, dt.datetime, dt.datetime))
    since = time_from(wanted.since) if wanted.since else now
    if since is None or since > now:
        raise bad_parameter("since", "This is no past time with a zone, such as 2026-01-31T12:00:00Z.")
    # Without a time, all changes there are have been seen.
    done = number_at(since - OVERLAP) if wanted.since else latest_number()
    return Place(done, done, 0, since, since)


def articles_from(place: Place, changed: Collection[int], limit: int) -> list[int]:
    """Return the next ``limit`` ids of articles, and one more if there are."""
    coming = Article.objects.filter(
        id__gt=place.article, listed_from__gt=place.seen, listed_from__lte=place.until
    ).order_by("id")
    ids = {pk for pk in changed if pk > place.article}.union(coming.values_list("id", flat=True)[: limit + 1])
    return sorted(ids)[: limit + 1]


def changes_of(ids: list[int], request: HttpRequest) -> list[Change]:
    """Return what became of articles; what has never had a page here is left out."""
    there = Article.objects.filter(id__among=ids)
    listed = set(there.listed().values_list("id", flat=True))
    nowhere = set(there.filter(date=None).values_list("id", flat=True))
    found = records.articles_of([pk for pk in ids if pk in listed], request.build_absolute_uri)
    by_id = {article.id: article for article in found}
    return [Change(id=pk, is_gone=pk not in by_id, article=by_id.get(pk)) for pk in ids if pk not in nowhere]
