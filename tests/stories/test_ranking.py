"""How stories are ranked, and that pages say why."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from articles.pages.front import Clock, reason
from articles.stories.ranking import points, rank_of
from tests.support.factories import TIME, make_article, make_provider, make_reference
from tests.support.stories import link

pytestmark = pytest.mark.django_db


def test_a_score_halves_with_every_half_life() -> None:
    assert points(90, 40, 3) == 1 + 90 + 0.5 * 40 + 5 * 2
    assert points(-1, -5, 0) == 1
    day = dt.timedelta(days=1)
    assert rank_of(99, 0, 1, TIME + day) - rank_of(99, 0, 1, TIME) == pytest.approx(1)
    assert rank_of(199, 0, 1, TIME) == pytest.approx(rank_of(99, 0, 1, TIME + day))


def test_the_latest_cards_say_why_they_are_there_too(client: Client) -> None:
    for number in range(8):
        make_article(heat=number, provider=make_provider(f"p{number}.example"))
    context = client.get("/").context
    assert len(context["latest"]) == 3
    assert all("old" in card.reason for card in context["latest"])
    assert client.get("/").content.decode().count('class="why"') == 8


def test_every_ranked_card_says_why_it_is_there(client: Client) -> None:
    now = timezone.now()
    lead = make_article(heat=96, published_date_time=now - dt.timedelta(hours=3, minutes=5))
    time = lead.published_date_time
    references = (
        make_reference(provider=make_provider(f"r{number}.example"), published_date_time=time) for number in range(4)
    )
    link(lead, *references)
    make_article(heat=0, published_date_time=now - dt.timedelta(minutes=5), provider=make_provider("z.example"))
    context = client.get("/").context
    cards = [context["lead"], *context["secondary"]]
    assert [card.reason for card in cards] == [
        "heat 96 (coverage), 5 providers, 3 hours old",
        "1 provider, less than an hour old",
    ]
    assert not context["clock"].rests
    assert "heat 96 (coverage), 5 providers, 3 hours old" in client.get("/").content.decode()


def test_a_site_that_rests_counts_from_its_newest_article_and_says_so(client: Client) -> None:
    make_article(heat=10, published_date_time=TIME)
    make_article(heat=50, published_date_time=TIME - dt.timedelta(days=3), provider=make_provider("b.example"))
    context = client.get("/").context
    assert [card.reason for card in [context["lead"], *context["secondary"]]] == [
        "heat 10 (coverage), 1 provider, less than an hour old",
        "heat 50 (coverage), 1 provider, 3 days old",
    ]
    assert "ages are counted from then" in client.get("/").content.decode()


def test_reasons_count_hours_and_days() -> None:
    clock = Clock(TIME, rests=True)
    assert reason(0, 2, TIME - dt.timedelta(hours=1), clock) == "2 providers, 1 hour old"
    assert reason(5, 1, TIME - dt.timedelta(hours=50), clock) == "heat 5 (coverage), 1 provider, 2 days old"


def test_the_formula_stands_on_a_page_with_the_numbers_in_force(client: Client, settings: object) -> None:
    settings.RANKING_QUALITY_WEIGHT = 0.75  # type: ignore[attr-defined]
    html = client.get("/about/ranking/").content.decode()
    assert "0.75 × quality" in html
    assert "at most" not in html
