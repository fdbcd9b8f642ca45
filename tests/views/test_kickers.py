"""The topics above a card tell it from the others on the page."""

import re
from itertools import cycle

import pytest
from django.test import Client

from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db


def kickers(html: str) -> list[str]:
    return re.findall(r'class="p-category"[^>]*>([^<]+)<', html)


def fill() -> None:
    """Make six articles that all have one topic, with one more each."""
    cloud, data, web = make_topic(name="Cloud"), make_topic(name="Data"), make_topic(name="Web")
    for other, _ in zip(cycle([data, web]), range(6), strict=False):
        make_article(topics=[cloud, other], provider=make_provider())


@pytest.mark.parametrize("path", ["/", "/archive/2023/09/"])
def test_a_topic_that_most_cards_share_stands_above_none_of_them(client: Client, path: str) -> None:
    fill()
    html = client.get(path).content.decode()
    assert "Cloud" not in kickers(html)
    assert {"Data", "Web"} <= set(kickers(html))


def test_a_topics_page_does_not_repeat_its_name_above_each_card(client: Client) -> None:
    fill()
    html = client.get("/topics/data/").content.decode()
    assert kickers(html) == ["Cloud", "Cloud", "Cloud"]


def test_with_few_cards_all_topics_stand_above_them(client: Client) -> None:
    topic = make_topic(name="Cloud")
    for _ in range(3):
        make_article(topics=[topic], provider=make_provider())
    assert "Cloud" in kickers(client.get("/archive/2023/09/").content.decode())
