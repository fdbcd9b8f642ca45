"""Keeping threads up gives what a rebuild gives, whatever happens to stories, links and decisions."""

import datetime as dt
import random
from typing import Any

import pytest
from django.utils import timezone

from articles.changes import stories_at_the_end
from articles.editorial.edits import edit_articles
from articles.models import (
    Article,
    RelatedLink,
    Story,
    StoryDecision,
    Thread,
    ThreadDecision,
    ThreadLink,
    ThreadMember,
    ThreadName,
)
from articles.stories.threads import region
from articles.stories.threads.update import update_threads
from tests.support.factories import TIME, make_article, make_provider, make_reference
from tests.support.threads import WORDS

pytestmark = pytest.mark.django_db


def snapshot() -> tuple[Any, ...]:
    """Return all that is kept about threads, ids included."""
    columns = [field.attname for field in Thread._meta.concrete_fields]
    return (
        list(Thread.objects.order_by("pk").values_list(*columns)),
        set(ThreadMember.objects.values_list("story_id", "thread_id", "time", "begins")),
        set(ThreadLink.objects.values_list("one", "other", "is_join")),
    )


def new_article(rng: random.Random, number: int) -> Article:
    if rng.random() < 0.1:
        return make_reference(title=f"Reference {number}")
    return make_article(
        title=f"{rng.choice(WORDS)} {rng.choice(WORDS)} {number}",
        heat=rng.choice([-1, 10, 50]),
        published=rng.random() < 0.6,
        published_date_time=TIME + dt.timedelta(days=rng.randint(0, 300)),
        provider=make_provider(f"p{rng.randint(0, 5)}.example"),
    )


def random_change(rng: random.Random, number: int) -> None:
    """Do one of the things that happen to a site."""
    articles = list(Article.objects.order_by("pk"))
    one, other = (rng.choice(articles), rng.choice(articles)) if articles else (None, None)
    action = rng.random()
    if one is None or other is None or action < 0.25:
        article = new_article(rng, number)
        for target in rng.sample(articles, min(len(articles), rng.randint(0, 2))):
            RelatedLink.objects.create(article=article, target=target)
    elif action < 0.4 and one != other:
        RelatedLink.objects.get_or_create(article=one, target=other)
    elif action < 0.5:
        for link in RelatedLink.objects.filter(article=one):
            link.delete()
    elif action < 0.6:
        edit_articles([one.pk], **rng.choice([{"removed": rng.random() < 0.6}, {"published": not one.is_reference}]))
    elif action < 0.65:
        one.delete()
    elif action < 0.68:
        edit_articles([one.pk], published_date_time=TIME + dt.timedelta(days=rng.randint(0, 300)))
    else:
        decide(rng, one, other)


def decide(rng: random.Random, one: Article, other: Article) -> None:
    """Decide something about a thread, or take decisions back."""
    action = rng.random()
    if action < 0.1:
        ThreadName.objects.update_or_create(article=one, defaults={"name": f"Name {one.pk}"})
    elif action < 0.25:
        for row in (*ThreadDecision.objects.filter(article=one), *ThreadName.objects.filter(article=one)):
            row.delete()
    elif action < 0.3:
        with stories_at_the_end():
            for row in ThreadDecision.objects.all():
                row.delete()
    elif action < 0.4 and one != other:
        StoryDecision.objects.update_or_create(article=one, defaults={"joins": other, "keeps_links": True})
    elif one != other:
        kind = rng.choice(["joins", "apart", "begins"])
        values = {
            "joins": other if kind == "joins" else None,
            "apart": kind == "apart",
            "begins": kind == "begins",
        }
        ThreadDecision.objects.update_or_create(article=one, defaults=values)


@pytest.mark.parametrize(("seed", "small"), [(0, 0), (1, 3), (2, 0), (3, 64), (1025, 64)])
def test_keeping_up_gives_what_a_rebuild_gives(monkeypatch: pytest.MonkeyPatch, seed: int, small: int) -> None:
    monkeypatch.setattr(region, "SMALL", small)
    monkeypatch.setattr(region, "FAR", 8)
    rng = random.Random(seed)
    largest = 0
    for number in range(45):
        random_change(rng, number)
        kept = snapshot()
        update_threads(None)
        for before, after in zip(kept, snapshot(), strict=True):
            assert after == before
        largest = max(largest, *Thread.objects.values_list("stories", flat=True), 0)
    assert largest > 2


def test_the_partition_is_that_of_the_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region, "SMALL", 0)
    rng = random.Random(7)
    with stories_at_the_end():
        articles = [new_article(rng, number) for number in range(60)]
    for _ in range(80):
        one, other = rng.sample(articles, 2)
        if link := RelatedLink.objects.filter(article=one).first():
            link.delete()
        else:
            RelatedLink.objects.create(article=one, target=other)
    near: dict[int, set[int]] = {pk: {pk} for pk in Story.objects.filter(size__gt=0).values_list("pk", flat=True)}
    pairs = RelatedLink.objects.values_list("article__member__story_id", "target__member__story_id")
    for one_story, other_story in pairs:
        whole = near[one_story] | near[other_story]
        near |= dict.fromkeys(whole, whole)
    wanted = {frozenset(each) for each in near.values() if len(each) > 1}
    found: dict[int, set[int]] = {}
    for story, thread in ThreadMember.objects.values_list("story_id", "thread_id"):
        found.setdefault(thread, set()).add(story)
    assert wanted == {frozenset(each) for each in found.values()}
    assert len(wanted) > 3


def test_a_story_that_comes_later_counts_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    soon = timezone.now() + dt.timedelta(hours=1)
    one, later = make_article(title="Glacier"), make_article(title="Orchard", published_date_time=soon)
    RelatedLink.objects.create(article=one, target=later)
    thread = Thread.objects.get()
    assert (thread.stories, thread.has_page, thread.changes_at) == (1, False, soon)
    monkeypatch.setattr(timezone, "now", lambda: soon + dt.timedelta(hours=1))
    with stories_at_the_end():
        pass
    thread.refresh_from_db()
    assert (thread.stories, thread.has_page, thread.changes_at) == (2, True, None)
