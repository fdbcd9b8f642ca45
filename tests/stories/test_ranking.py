"""How stories are ranked, and that pages say why."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from articles.pages.front import Clock, reason
from articles.pages.shown import collecting
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
        "5 sources, 3 hours old",
        "less than an hour old",
    ]
    assert not context["clock"].rests
    assert "5 sources, 3 hours old" in client.get("/").content.decode()


def test_a_site_whose_newest_article_is_two_days_old_leaves_ages_out_and_says_so(client: Client) -> None:
    make_article(heat=10, published_date_time=TIME)
    make_article(heat=50, published_date_time=TIME - dt.timedelta(days=3), provider=make_provider("b.example"))
    context = client.get("/").context
    assert [card.reason for card in [context["lead"], *context["secondary"]]] == [
        "widely covered",
        "widely covered",
    ]
    assert "The newest article here is from 1 September 2023." in client.get("/").content.decode()


def test_ages_go_at_the_moment_when_the_newest_article_is_two_days_old(client: Client) -> None:
    now = timezone.now()
    for age, is_told in ((dt.timedelta(hours=47, minutes=59), True), (dt.timedelta(hours=48), False)):
        assert ("old" in reason(0, 1, now - age, Clock(now, now - age))) is is_told
    newest = now - dt.timedelta(hours=47, minutes=30)
    with collecting() as shown:
        Clock.of(newest)
    assert shown.words_until == newest + dt.timedelta(days=2)
    with collecting() as shown:
        Clock.of(TIME)
    assert shown.words_until is None


def test_reasons_count_hours_and_days() -> None:
    clock = Clock(TIME, TIME)
    assert reason(0, 2, TIME - dt.timedelta(hours=1), clock) == "2 sources, 1 hour old"
    assert reason(5, 1, TIME - dt.timedelta(hours=50), clock) == "widely covered, 2 days old"


def test_the_formula_stands_on_a_page_with_the_numbers_in_force(client: Client, settings: object) -> None:
    settings.RANKING_QUALITY_WEIGHT = 0.75  # type: ignore[attr-defined]
    html = client.get("/about/ranking/").content.decode()
    assert "0.75 × quality" in html
    assert "at most" not in html
