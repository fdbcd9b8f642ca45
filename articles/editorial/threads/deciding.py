"""What editors decide about threads, as actions that can be undone.

Decisions name articles, never threads or stories, so that they stay valid whatever later imports link.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet

from articles.changes import stories_at_the_end
from articles.db.locks import writing
from articles.editorial.recording import Recorder, recording, show_in_history
from articles.models import Action, Article, StoryMember, Thread, ThreadDecision, ThreadName


def article_of(story: int) -> int | None:
    """Return the article by which decisions name a story: its lead, or else its best account."""
    members = StoryMember.objects.filter(story=story).select_related("story")
    best = members.order_by("-article__quality", "article__published_date_time", "article__tie", "article").first()
    return (best.story.lead_id or best.article_id) if best else None


def articles_in(thread: Thread) -> QuerySet[Article]:
    """Return all articles in a thread."""
    return Article.objects.filter(member__story__thread_member__thread=thread).order_by()


@contextmanager
def _deciding(user: Any, kind: str, summary: str, reason: str, articles: Collection[int]) -> Iterator[Recorder]:
    """Record decisions about articles, in the histories of the threads they were in before and are in afterwards."""
    threads = Thread.objects.filter(members__story__members__article__among=set(articles)).distinct()
    with writing():
        with stories_at_the_end(), recording(user, kind, summary, reason) as record:
            for thread in threads:
                record.about(thread)
            record.watch(ThreadDecision, article__among=set(articles))
            record.watch(ThreadName, article__among=set(articles))
            yield record
        if record.action:
            show_in_history(record.action, threads.all())


def _decide(article: int, reason: str, **values: Any) -> None:
    """Add to the decision about an article; what was decided before stays."""
    row = ThreadDecision.objects.filter(article=article).first() or ThreadDecision(article_id=article)
    for name, value in {**values, "reason": reason}.items():
        setattr(row, name, value)
    row.save()


def name_thread(user: Any, thread: Thread, name: str, summary: str, reason: str) -> Action | None:
    """Give a thread a name, in place of those it has; an empty one takes them back."""
    with writing():
        rows = list(ThreadName.objects.filter(article__in=articles_in(thread).values("pk")))
        head = article_of(thread.head_id) if thread.head_id else None
        ids = {row.article_id for row in rows} | ({head} if head else set())
        with _deciding(user, "thread name", summary, reason, ids) as record:
            for row in rows:
                row.delete()
            if name and head:
                ThreadName.objects.create(article_id=head, name=name, reason=reason)
    return record.action


def cut_before(user: Any, story: int, summary: str, reason: str) -> Action | None:
    """Make a thread begin with a story: what is earlier becomes another one."""
    article = article_of(story)
    if article is None:
        return None
    with _deciding(user, "thread cut", summary, reason, {article}) as record:
        _decide(article, reason, begins=True)
    return record.action


def take_out(user: Any, stories: Collection[int], summary: str, reason: str) -> Action | None:
    """Decide that the links of stories count no more, so that these leave their threads unless an editor joined them."""
    articles = {pk for story in stories if (pk := article_of(story))}
    with _deciding(user, "thread out", summary, reason, articles) as record:
        for article in sorted(articles):
            _decide(article, reason, apart=True, joins=None)
    return record.action


def join_threads(user: Any, story: int, other: int, summary: str, reason: str) -> Action | None:
    """Make the threads of two stories one."""
    article, target = article_of(story), article_of(other)
    if article is None or target is None or article == target:
        return None
    with _deciding(user, "thread join", summary, reason, {article, target}) as record:
        _decide(target, reason, joins_id=article)
    return record.action


def release(user: Any, thread: Thread, stories: Collection[int], summary: str, reason: str) -> Action | None:
    """Remove the decisions about stories, so that links decide again."""
    with writing():
        rows = list(ThreadDecision.objects.filter(article__member__story__among=set(stories)))
        ids = {pk for row in rows for pk in (row.article_id, row.joins_id) if pk}
        with _deciding(user, "thread release", summary, reason, ids) as record:
            record.about(thread)
            for row in rows:
                row.delete()
    return record.action
