"""How a topic's articles split among providers, and a provider's among topics."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from articles.editorial.edits import edit_articles
from articles.models import Article, Topic, share_queries
from articles.pages import shares
from articles.pages.shares import Shares
from articles.preferences.choices import Choices
from tests.support.choices import choose
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db


def published(topic: Topic, **numbers: int) -> list[Article]:
    return [
        make_article([topic], provider=make_provider(f"{name}.example"))
        for name, number in numbers.items()
        for _ in range(number)
    ]


def of(client: Client, path: str) -> Shares:
    found: Shares = client.get(path).context["shares"]
    return found


def rows(found: Shares) -> list[tuple[str, int, int]]:
    return [(share.name, share.count, share.percent) for share in found.shown]


def test_the_five_largest_providers_of_a_topic_and_what_is_left(client: Client) -> None:
    published(make_topic(), a=8, b=4, c=3, d=2, e=2, f=1, g=1)
    published(make_topic("Law"), h=9)
    found = of(client, "/topics/ai/")
    assert rows(found) == [
        ("A.Example", 8, 38), ("B.Example", 4, 19), ("C.Example", 3, 14), ("D.Example", 2, 10), ("E.Example", 2, 10)
    ]  # fmt: skip
    assert found.rest
    assert (found.others, found.rest.count, found.rest.percent, found.newest) == (2, 2, 10, None)
    html = " ".join(client.get("/topics/ai/").content.decode().split())
    assert '<a class="shares__name" href="/providers/a.example/" dir="auto">A.Example</a>' in html
    assert '38%<span class="visually-hidden">, 8 articles' in html
    assert "2 others" in html


def test_topics_of_a_provider_are_shares_of_its_articles_and_may_overlap(client: Client) -> None:
    one, other = make_topic(), make_topic("Law")
    make_article([one, other])
    make_article([one])
    make_article([one])
    make_article()
    found = of(client, "/providers/a.example/")
    assert rows(found) == [("AI", 3, 75), ("Law", 1, 25)]
    assert (found.others, found.rest) == (0, None)


def test_one_provider_or_two_articles_are_no_shares(client: Client) -> None:
    topic = make_topic()
    published(topic, a=1, b=1)
    assert of(client, "/topics/ai/") is None
    assert "Who covers it" not in client.get("/topics/ai/").content.decode()
    published(make_topic("Law"), c=9)
    assert of(client, "/topics/law/") is None
    assert of(client, "/providers/c.example/") is None


def test_the_newest_count_where_there_are_very_many(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = make_topic()
    # Prepared queries are compiled once: the limit is read when they are.
    for module in (share_queries, shares):
        monkeypatch.setattr(module, "NEWEST", 4)
    monkeypatch.setattr(share_queries._PROVIDERS, "_compiled", {})
    monkeypatch.setattr(share_queries._TOPICS, "_compiled", {})
    published(topic, new=3, newer=1, old=2)  # the later in this list, the older
    found = of(client, "/topics/ai/")
    assert rows(found) == [("New.Example", 3, 75), ("Newer.Example", 1, 25)]
    assert (found.newest, found.rest) == (4, None)
    assert "Counted among the newest 4 articles" in client.get("/topics/ai/").content.decode()


def test_what_is_not_listed_does_not_count(client: Client) -> None:
    articles = published(make_topic(), a=2, b=2)
    edit_articles([articles[0].pk], published=False)
    assert rows(of(client, "/topics/ai/")) == [("B.Example", 2, 67), ("A.Example", 1, 33)]


def test_providers_and_topics_that_a_reader_has_muted_are_not_named(client: Client) -> None:
    published(make_topic(), a=2, b=2, c=1)
    make_article([make_topic("Law"), make_topic("Noise")])
    choose(client, Choices(muted_providers=("b.example",), muted_topics=("noise",)))
    found = of(client, "/topics/ai/")
    assert [share.name for share in found.shown] == ["A.Example", "C.Example"]
    assert found.rest
    assert (found.others, found.rest.count) == (1, 2)
    assert [share.name for share in of(client, "/providers/a.example/").shown] == ["AI", "Law"]


def test_shares_below_half_a_percent_are_told_as_that() -> None:
    share = shares.Share("A", "/", 1, 0)
    html = render_to_string("includes/share_bar.html", {"share": share})
    assert "under 1%" in html
    assert '<rect width="0"' in html
