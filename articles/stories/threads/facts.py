"""The columns of threads, which the database computes from their stories."""

import html
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Count, F, Max, Min, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from articles.content.layout import slug_from
from articles.models import Article, Thread, ThreadMember, ThreadName
from articles.models.thread import ThreadMemberQuerySet
from articles.models.visibility import listed

COLUMNS = ("slug", "name", "head_id", "stories", "articles", "providers", "first", "last", "changes_at")
Rows = dict[int, tuple[Any, ...]]
MAX_SLUG = 80


def stored_facts(threads: Collection[int] | None) -> Rows:
    """Return the stored COLUMNS of threads, or of all (None) but those merged into others."""
    rows = Thread.objects.filter(merged_into=None).order_by()
    rows = rows if threads is None else rows.filter(id__among=set(threads))
    return {row[0]: row[1:] for row in rows.values_list("id", *COLUMNS)}


def facts(before: Rows, everything: bool = False) -> Rows:
    """Return the COLUMNS of threads as they should be, by what is stored of their stories; ``before`` has them as stored."""
    members = ThreadMember.objects.order_by()
    articles = Article.objects.linkable().order_by()
    if not everything:
        ids = set(before)
        members = members.filter(thread__among=ids)
        articles = articles.filter(member__story__thread_member__thread__among=ids)
    named = _names()
    sums = _sums(members)
    later = members.filter(story__listed_from__gt=timezone.now()).values("thread")
    changes = dict(later.annotate(time=Min("story__listed_from")).values_list("thread", "time"))
    heads = _heads(members)
    of_thread = articles.values("member__story__thread_member__thread")
    providers = dict(
        of_thread.annotate(number=Count("provider", distinct=True)).values_list(
            "member__story__thread_member__thread", "number"
        )
    )
    return {pk: _row(row, sums.get(pk), heads.get(pk), providers.get(pk, 0), named.get(pk, ""), changes.get(pk))
            for pk, row in before.items()}  # fmt: skip


def _row(
    stored: tuple[Any, ...],
    sums: tuple[Any, ...] | None,
    head: tuple[int, str] | None,
    providers: int,
    name: str,
    later: Any,
) -> tuple[Any, ...]:
    slug, _, old_head, *_ = stored
    stories, articles, first, last = sums or (0, 0, None, None)
    # A named thread has its name in its address; another one keeps the address that it has.
    made = slug_from(name) if name else (slug or slug_from(html.unescape(head[1])) if head else slug)
    return (
        made[:MAX_SLUG].strip("-_"), name, head[0] if head else (None if sums else old_head), stories, articles,
        providers if sums else 0, first, last, later,
    )  # fmt: skip


def _names() -> dict[int, str]:
    """Return the latest name that editors gave each thread; there are few."""
    rows = ThreadName.objects.filter(article__member__isnull=False).order_by("pk")
    names = list(rows.values_list("article__member__story_id", "name"))
    if not names:
        return {}
    threads = ThreadMember.objects.filter(story__among={story for story, _ in names})
    thread = dict(threads.values_list("story_id", "thread_id"))
    return {thread[story]: name for story, name in names if story in thread}


def _sums(members: ThreadMemberQuerySet) -> Mapping[int, tuple[Any, ...]]:
    sums = members.seen().values("thread").annotate(
        number=Count("story"), size=Sum("story__size"), start=Min("story__first"), end=Max("story__last")
    )  # fmt: skip
    return {row[0]: row[1:] for row in sums.values_list("thread", "number", "size", "start", "end")}


def _heads(members: ThreadMemberQuerySet) -> dict[int, tuple[int, str]]:
    """Return the most covered story of each thread with a listed article, and its title."""
    order = ["-story__providers", "-story__size", "time", "story"]
    place = Window(RowNumber(), partition_by="thread", order_by=order)
    rows = members.filter(listed(column="story__listed_from"), story__lead__isnull=False)
    first = rows.annotate(place=place).filter(place=1).annotate(title=F("story__lead__title"))
    return {thread: (story, title) for thread, story, title in first.values_list("thread_id", "story_id", "title")}
