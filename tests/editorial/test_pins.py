"""Pins: first for a while, with a reason that readers see, and over by themselves."""

import datetime as dt
from html import unescape
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from articles.models import Article, Pin, RelatedLink
from articles.pages.front import pin_reason
from tests.support.factories import make_article, make_provider, make_reference

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def pin(article: Article, place: int = 1, starts: dt.timedelta = -HOUR, ends: dt.timedelta = HOUR) -> Pin:
    now = timezone.now()
    return Pin.objects.create(article=article, place=place, starts=now + starts, ends=now + ends, reason="Read this")


def top(client: Client) -> list[str]:
    context = client.get("/").context
    return [card.title for card in filter(None, [context["lead"], *context["secondary"]])]


def make_site() -> list[Article]:
    heats = (90, 50, 10)
    return [make_article(title=f"Heat {heat}", heat=heat, provider=make_provider(f"p{heat}.example")) for heat in heats]


def test_pinned_articles_come_first_in_the_order_of_their_places(client: Client) -> None:
    hot, warm, cold = make_site()
    assert top(client) == ["Heat 90", "Heat 50", "Heat 10"]
    pin(warm, place=2)
    pin(cold, place=1)
    assert top(client) == ["Heat 10", "Heat 50", "Heat 90"]
    html = client.get("/").content.decode()
    assert "Editor's pick until" in unescape(html)
    assert "Read this" in html
    assert hot.title in html


def test_pins_begin_and_end_by_themselves(client: Client) -> None:
    _, warm, cold = make_site()
    pin(warm, starts=-2 * HOUR, ends=-HOUR)
    pin(cold, starts=HOUR, ends=2 * HOUR)
    assert top(client)[0] == "Heat 90"


def test_a_pin_stands_for_its_story_and_shows_nothing_that_is_not_listed(client: Client) -> None:
    hot, _warm, cold = make_site()
    RelatedLink.objects.create(article=hot, target=cold, position=0)
    pin(cold)
    assert top(client) == ["Heat 10", "Heat 50"]
    Article.objects.filter(pk=cold.pk).update(published=False)
    assert top(client) == ["Heat 90", "Heat 50"]


def test_pins_count_for_their_provider(client: Client) -> None:
    loud = make_provider("loud.example")
    articles = [make_article(title=f"Loud {number}", heat=50, provider=loud) for number in range(5)]
    pin(articles[4])
    context = client.get("/").context
    shown = [context["lead"], *context["secondary"]]
    assert [card.title for card in shown] == ["Loud 4", "Loud 0", "Loud 1"]


def test_a_pin_says_until_when_and_why() -> None:
    now = timezone.localtime()
    today = now.replace(hour=23, minute=59, second=59)
    assert pin_reason(today, "why").endswith("until 23:59: why")
    assert str((now + dt.timedelta(days=400)).year) in pin_reason(now + dt.timedelta(days=400), "why")


def test_a_pin_ends_after_it_starts() -> None:
    now = timezone.now()
    wrong = Pin(article=make_article(), starts=now, ends=now, reason="x")
    with pytest.raises(ValidationError):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_overlapping_pins_are_warned_of(client: Client) -> None:
    call_command("create_editor", "ada", "--password", "correct horse battery", stdout=StringIO())
    assert client.login(username="ada", password="correct horse battery")
    hot, warm, _ = make_site()
    make_reference()
    first = pin(hot)
    data = {"article": warm.pk, "place": 1, "reason": "Other"}
    for name, time in (("starts", first.starts), ("ends", first.ends)):
        local = timezone.localtime(time)
        data |= {f"{name}_0": local.date(), f"{name}_1": local.time()}
    response = client.post("/admin/articles/pin/add/", data, follow=True)
    assert Pin.objects.count() == 2
    assert "is pinned at position 1 at that time, too" in response.content.decode()
    assert client.get("/admin/articles/pin/").status_code == 200
