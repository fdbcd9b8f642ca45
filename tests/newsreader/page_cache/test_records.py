"""Pages that are made anew reuse what other pages were made of, until a change affects it."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, TestCase
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.editorial.edits import edit_articles
from articles.models import Article, RelatedLink
from articles.pages import cards
from articles.pages.reuse import reused, reusing
from articles.pages.shown import collecting, shows_age_until
from articles.preferences.choices import Choices
from tests.support.choices import choose
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db

TOPIC = "/topics/ai/"
LOG = 1  # the query for new changes, which other sites run once a second


@pytest.fixture
def articles() -> list[Article]:
    topic = make_topic("AI")
    return [make_article([topic], title=f"Title {number}") for number in range(3)]


@pytest.fixture
def chooser(reader: Client, articles: list[Article]) -> Client:
    """A reader with choices, whose pages are never cached, and who has read the topic's page."""
    choose(reader, replace(Choices(), text_size="large"))
    for _ in range(2):
        reader.get(TOPIC)
    return reader


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the articles whose cards were made."""
    ids: list[int] = []
    make = cards.card_from

    def counted(row: dict[str, Any]) -> cards.Card:
        ids.append(row["id"])
        return make(row)

    monkeypatch.setattr(cards, "card_from", counted)
    return ids


def edit(ids: Iterable[int], **values: object) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles(list(ids), **values)


def text(client: Client, url: str = TOPIC) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_page_of_known_records_needs_no_query(
    chooser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(LOG):
        assert "Title 2" in text(chooser)


def test_only_the_card_of_a_changed_article_is_made_anew(
    chooser: Client, articles: list[Article], made: list[int]
) -> None:
    edit([articles[1].pk], title="Edited")
    page = text(chooser)
    assert "Edited" in page
    assert "Title 1" not in page
    assert made == [articles[1].pk]


def test_cards_are_shared_by_pages(chooser: Client, made: list[int]) -> None:
    assert "Title 2" in text(chooser, "/archive/2023/09/")
    assert made == []


def test_an_article_that_joins_a_topic_is_on_its_page(chooser: Client) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        make_article([make_topic("AI")], title="Joined")
    assert "Joined" in text(chooser)


def test_a_related_article_that_was_not_shown_may_come_first_after_a_change(
    chooser: Client, articles: list[Article]
) -> None:
    provider = make_provider("elsewhere.example")
    others = [make_article([], title=f"Other {number}", quality=9 - number, provider=provider) for number in range(3)]
    with TestCase.captureOnCommitCallbacks(execute=True):
        for number, other in enumerate(others):
            RelatedLink.objects.create(article=articles[0], target=other, position=number)
    assert "Other 2" not in text(chooser)
    edit([others[2].pk], quality=90)
    assert "Other 2" in text(chooser)


def test_an_editor_has_everything_from_the_database(reader: Client, chooser: Client, made: list[int]) -> None:
    editor = Client()
    editor.force_login(User.objects.create_superuser("ada"))
    text(editor)
    assert len(made) == 3


def test_addresses_that_nobody_has_are_not_kept(
    chooser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert chooser.get("/topics/none/").status_code == 404
    with TestCase.captureOnCommitCallbacks(execute=True):
        make_article([make_topic("None")], title="Now")
    assert "Now" in text(chooser, "/topics/none/")


def test_without_a_page_cache_nothing_is_kept(cold: Client, articles: list[Article], made: list[int]) -> None:
    for _ in range(2):
        text(cold)
    assert len(made) == 6


class Everything:
    """Keeps all records."""

    def __init__(self) -> None:
        self.kept: dict[Hashable, Any] = {}

    def get(self, key: Hashable) -> Any:
        return self.kept.get(key)

    def put(self, key: Hashable, value: Any, tags: Collection[str], also: Collection[str] = ()) -> None:
        self.kept[key] = value, tags


def test_words_for_an_age_are_made_each_time_and_the_page_knows_when_they_change() -> None:
    until, made = timezone.now(), list[str]()

    def words() -> str:
        shows_age_until(until)
        made.append("made")
        return "a minute ago"

    with reusing(Everything()):
        for _ in range(2):
            with collecting() as shown:
                assert reused("words", words) == "a minute ago"
            assert shown.words_until == until
    assert len(made) == 2
