"""Articles come and go at their times, and stories change with them."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.editorial import schedule
from articles.editorial.schedule import run_due
from articles.listings import Listing, Scope
from articles.models import Action, Article, Story
from articles.stories import update_marked_stories
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_articles_come_and_go_at_their_times_wherever_they_are_listed() -> None:
    topic, now = make_topic(), timezone.now()
    lead = make_article([topic], heat=90, title="Lead")
    coming = make_article(
        [topic], [lead], heat=99, published=False, is_draft=True, publish_at=now + HOUR, title="Coming"
    )
    going = make_article([topic], heat=50, unlist_at=now + 2 * HOUR, title="Going")
    update_marked_stories()

    def state() -> tuple[int, int, int, list[int], Any]:
        listing, folded = Listing(Scope(topic=topic)), Listing(Scope(topic=topic, is_folded=True))
        months = sum(count for _, count in Listing(Scope(provider=lead.provider)).listed_months())
        return (
            listing.count,
            folded.count,
            months,
            sorted(listing.ids(0, 9)),
            Story.objects.get(members=lead.pk).lead_id,
        )

    before = state()
    assert before == (2, 2, 2, sorted([lead.pk, going.pk]), lead.pk)
    assert run_due(now) == 0
    assert run_due(now + HOUR) == 1
    assert state() == (3, 2, 3, sorted([lead.pk, coming.pk, going.pk]), coming.pk)
    assert run_due(now + 2 * HOUR) == 1
    assert state() == (2, 1, 2, sorted([lead.pk, coming.pk]), coming.pk)
    coming.refresh_from_db()
    assert (coming.publish_at, coming.is_draft, coming.published_date_time < now) == (None, False, True)
    assert [action.user for action in Action.objects.all()] == [None, None]
    assert run_due(now + 3 * HOUR) == 0


def test_a_schedule_that_was_missed_altogether_leaves_the_article_unlisted() -> None:
    now = timezone.now()
    article = make_article(published=False, publish_at=now + HOUR, unlist_at=now + 2 * HOUR)
    run_due(now + 3 * HOUR)
    article.refresh_from_db()
    assert (article.published, article.publish_at, article.unlist_at) == (False, None, None)


def test_an_import_keeps_what_a_schedule_published() -> None:
    now = timezone.now()
    article = make_article(published=False, source_path="a.md", publish_at=now + HOUR)
    run_due(now + HOUR)
    article.refresh_from_db()
    assert (article.published, article.edited) == (True, {"published": False})


def test_a_story_has_its_new_lead_when_the_time_of_that_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    old = make_article(title="The old lead", heat=60, published_date_time=now - HOUR)
    new = make_article(title="The new lead", heat=90, published_date_time=now + HOUR, related=[old])
    update_marked_stories()
    client = Client()
    for hours, lead in ((0, old), (1, new), (2, new)):
        moved = now + hours * HOUR
        monkeypatch.setattr(schedule.timezone, "now", lambda moved=moved: moved)
        run_due()
        page = client.get("/").content.decode()
        assert [title for title in ("The old lead", "The new lead") if f"{title}</a>" in page] == [lead.title], hours
        assert Story.objects.get(merged_into=None).lead == lead
    assert schedule.next_due() is None


def test_the_next_time_is_the_earliest_of_articles_and_stories() -> None:
    now = timezone.now()
    assert schedule.next_due() is None
    make_article(published=False, publish_at=now + 3 * HOUR)
    assert schedule.next_due() == now + 3 * HOUR
    make_article(unlist_at=now + 2 * HOUR)
    assert schedule.next_due() == now + 2 * HOUR
    make_article(published_date_time=now + HOUR, related=[make_article(published_date_time=now)])
    update_marked_stories()
    assert schedule.next_due() == now + HOUR


def test_requests_do_nothing_that_is_due() -> None:
    """Readers wait for nobody's writing: the worker does it."""
    article = make_article(published=False, publish_at=timezone.now() - HOUR)
    assert Client().get(article.get_absolute_url()).status_code == 404
    assert Article.objects.get().publish_at is not None


def test_looking_at_the_times_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_article(unlist_at=timezone.now() + HOUR)
    with django_assert_num_queries(1):
        assert schedule.next_due()


def test_the_command_does_what_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    make_article(published=False, publish_at=timezone.now() - HOUR)
    call_command("run_schedule")
    assert capsys.readouterr().out == "changed 1\n"
    assert Article.objects.listed().count() == 1
