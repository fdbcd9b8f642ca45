"""What is new since a reader's last visit."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Provider
from tests.support.choices import VISIT, back_from, choose
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.muted_site import html_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "url", ["/topics/ai/", "/topics/ai/?view=stories", "/providers/a.example/", "/archive/2023/09/", "/"]
)
def test_one_rule_stands_between_what_is_new_and_what_was_there(client: Client, settings: Any, url: str) -> None:
    settings.RANKING_PER_PROVIDER = 99
    topic = make_topic()
    for number in range(8):
        make_article([topic], title=f"Hot {number}", heat=900, published_date_time=TIME + dt.timedelta(hours=1))
    for name, hours in (("New", 0), ("Old", 2), ("Older", 3)):
        make_article([topic], title=f"{name} one", heat=1, published_date_time=TIME - dt.timedelta(hours=hours))
    assert "Seen before" not in html_of(client, url)
    choose(client, replace(back_from(VISIT), last_visit=0))
    assert "Seen before" not in html_of(client, url)
    choose(client, back_from(VISIT))
    html = html_of(client, url)
    assert html.count("Seen before") == 1
    assert "New since 1 Sep 2023, 11:00" in html
    assert html.index("New one</a>") < html.index("Seen before") < html.index("Old one</a>")
    for all_or_nothing in (TIME + dt.timedelta(days=1), TIME - dt.timedelta(days=1)):
        choose(client, back_from(all_or_nothing))
        assert "Seen before" not in html_of(client, url)


def test_topics_say_how_much_is_new(client: Client) -> None:
    ai, space = make_topic("AI"), make_topic("Space")
    for hours in (0, 0, 2):
        make_article([ai], published_date_time=TIME - dt.timedelta(hours=hours))
    make_article([ai], published=False)
    make_article([ai], published_date_time=timezone.now() + dt.timedelta(days=1))
    make_article([space], published_date_time=TIME - dt.timedelta(hours=3))
    choose(client, back_from(VISIT))
    nodes = client.get("/topics/").context["topics"]
    assert [(node.name, node.new) for node in nodes] == [("AI", 2), ("Space", 0)]
    for url in ("/", "/topics/", "/about/ranking/"):
        assert "2 new" in html_of(client, url), url
        assert "2 new" not in html_of(Client(), url), url


@pytest.mark.parametrize(
    ("hiding", "new"),
    [
        ({}, {"ai": 4, "noise": 1}),
        ({"muted_providers": ("loud.example",)}, {"ai": 3, "noise": 1}),
        ({"muted_topics": ("noise",)}, {"ai": 3}),
        ({"hide_wires": True}, {"ai": 3, "noise": 1}),
        ({"min_quality": 60}, {"ai": 3, "noise": 1}),
    ],
)
def test_what_is_hidden_is_not_counted_as_new(client: Client, hiding: dict[str, Any], new: dict[str, int]) -> None:
    ai, noise = make_topic("AI"), make_topic("Noise")
    make_article([ai], quality=70, provider=make_provider("loud.example"))
    make_article([ai], quality=70, provider=make_provider("wire.example", kind=Provider.Kind.WIRE))
    make_article([ai], quality=50)
    make_article([ai, noise], quality=70)
    choose(client, replace(back_from(VISIT), **hiding))
    nodes = client.get("/topics/").context["topics"]
    assert {node.slug: node.new for node in nodes if node.new} == new
    shown = client.get("/topics/", {"show": "hidden"}).context["topics"]
    assert {node.slug: node.new for node in shown} == {"ai": 4, "noise": 1}
