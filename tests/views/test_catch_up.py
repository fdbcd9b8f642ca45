"""What mattered since a day, or since the last visit."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.models import Story
from articles.pages import catch_up
from articles.preferences.choices import Choices
from tests.support.choices import back_from, choose
from tests.support.factories import TIME, make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def titles(client: Client, query: str = "") -> list[str]:
    return [card.title for card in client.get(f"/catch-up/{query}").context["cards"]]


def make(title: str, days: float, heat: int = 50, provider: str = "", **values: object) -> None:
    make_article(
        title=title,
        heat=heat,
        published_date_time=TIME - days * DAY,
        provider=make_provider(provider or f"{title.lower()}.example"),
        **values,
    )


def test_stories_since_a_day_come_by_what_they_matter_whatever_their_age(client: Client) -> None:
    make("Older", 40, heat=500)
    make("Big", 20, heat=400)
    make("Small", 1, heat=10)
    make("Middle", 10, heat=100)
    assert titles(client, f"?since={TIME - 30 * DAY:%Y-%m-%d}") == ["Big", "Middle", "Small"]
    assert titles(client, f"?since={TIME - 60 * DAY:%Y-%m-%d}")[0] == "Older"


def test_without_a_day_it_is_the_week_before_the_newest_story(client: Client) -> None:
    make("Now", 0)
    make("Lately", 6.9)
    make("Before", 7.1)
    assert sorted(titles(client)) == ["Lately", "Now"]
    assert titles(client, "?since=yesterday") == titles(client)


def test_a_reader_with_a_last_visit_is_caught_up_from_there(client: Client) -> None:
    make("Seen", 3)
    make("New", 1)
    choose(client, back_from(TIME - 2 * DAY))
    assert titles(client) == ["New"]
    assert "Since my last visit" in client.get("/catch-up/").content.decode()


def test_ten_at_most_and_few_of_one_provider(client: Client, settings: object) -> None:
    for number in range(12):
        make(f"Loud {number}", 1, heat=900, provider="loud.example")
        make(f"Quiet{number}", 1, heat=5)
    found = titles(client)
    assert len(found) == 10
    assert sum(title.startswith("Loud") for title in found) == settings.RANKING_PER_PROVIDER  # type: ignore[attr-defined]


def test_what_a_reader_has_muted_is_left_out_and_counted(client: Client) -> None:
    make("Kept", 1)
    make("Muted", 1, topics=[make_topic("Noise")])
    choose(client, Choices(muted_topics=("noise",)))
    assert titles(client) == ["Kept"]
    assert set(titles(client, "?show=hidden")) == {"Kept", "Muted"}


def test_nothing_since_then_is_said(client: Client) -> None:
    make("Old", 1)
    response = client.get("/catch-up/?since=2024-01-01")
    assert response.status_code == 200
    assert "No stories since then" in response.content.decode()


def test_it_costs_few_queries_however_many_stories_there_are(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(15):
        make(f"Story{number}", 1)
    client.get("/catch-up/")
    with django_assert_max_num_queries(5):
        client.get("/catch-up/?since=2023-08-01")


def plan(since: dt.datetime, without: str = "") -> str:
    """Return how the database would find the heaviest of 3,000 stories, one an hour."""
    lead = make_article(published_date_time=TIME)
    times = [(number, TIME - number * dt.timedelta(hours=1)) for number in range(3000)]
    Story.objects.bulk_create(Story(lead=lead, listed_from=time, weight=number % 97) for number, time in times)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # It estimates by what it counted, and counts by itself only now and then.
            cursor.execute("ANALYZE articles_story, articles_article, articles_provider")
            if without:
                cursor.execute(f"SET LOCAL enable_{without} = off")
    rows = catch_up.heaviest_since(since).values_list("lead_id", "lead__provider__domain")
    return rows[: catch_up.CANDIDATES].explain()


def test_among_many_stories_none_is_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catch_up, "FEW", 100)
    # As few as 3,000 PostgreSQL would rather sort; the index has to give the order by itself.
    found = plan(TIME - 90 * DAY, without="sort")
    assert "story_weight" in found
    assert "TEMP B-TREE" not in found
    assert "Sort" not in found


def test_few_stories_are_found_by_their_time_and_sorted() -> None:
    found = plan(TIME - 2 * DAY)
    assert "story_listed" in found
    assert "story_weight" not in found


@pytest.mark.parametrize("few", [0, 2, 2000])
def test_it_is_the_same_whichever_way_stories_are_found(
    client: Client, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(catch_up, "FEW", few)
    for number in range(8):
        make(f"Story{number}", number, heat=(number * 37) % 50)
    make("Tomorrow", (TIME - timezone.now()) / DAY - 1, heat=999)
    assert titles(client, f"?since={TIME - 5 * DAY:%Y-%m-%d}") == [f"Story{number}" for number in (4, 1, 5, 2, 3, 0)]


def test_stories_from_before_have_the_weight_that_a_rebuild_gives_them() -> None:
    for number in range(3):
        make(f"Story{number}", number + 0.123456, heat=7 * number)
    before = list(Story.objects.values_list("pk", "weight").order_by("pk"))
    Story.objects.update(weight=None)
    import_module("articles.migrations.0036_story_weight").fill(apps)
    assert list(Story.objects.values_list("pk", "weight").order_by("pk")) == before
    assert None not in dict(before).values()
