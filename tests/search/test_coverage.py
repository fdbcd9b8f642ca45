"""Search finds unlisted accounts of stories, as lines of their story."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.changes.consistency import find_differences, mend
from articles.editorial.edits import edit_articles
from articles.models import Article, Provider, SearchDocument, SearchWord, StoryDecision
from articles.pages.search_results import Line
from articles.preferences.choices import Choices
from articles.search.index import rebuild_index
from articles.search.offered import Offered
from articles.search.query import parse
from articles.search.searching import find, prepare
from articles.search.suggesting import completions, respelt
from tests.support.choices import choose
from tests.support.factories import TIME, make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts() -> dict[str, Article]:
    """A story of a listed lead, an unlisted account whose title alone says Chaosdb, and a reference that says Wizards."""
    unlisted = make_article(
        [make_topic("Databases")],
        title="Chaosdb &amp; thousands of databases",
        published=False,
        heat=-1,
        quality=40,
        provider=make_provider("mag.example", name="Mag"),
    )
    reference = make_reference(
        title="Wizards warn", web_url="https://wire.example/w", provider=make_provider("wire.example"),
        published_date_time=TIME - dt.timedelta(days=400),
    )  # fmt: skip
    lead = make_article([make_topic("Cloud")], title="A hole in the cloud", related=[unlisted, reference])
    # It is much older, so that only an editor can join it.
    StoryDecision.objects.create(article=reference, joins=lead)
    return {"lead": lead, "unlisted": unlisted, "reference": reference}


def found(text: str) -> list[int]:
    return find(prepare(parse(text))).ids


def results(client: Client, text: str, **data: str) -> Any:
    return client.get("/search/", {"q": text, **data}).context


def assert_as_a_rebuild_gives() -> None:
    before = set(SearchDocument.objects.values_list())
    assert find_differences().differences() == []
    rebuild_index()
    assert set(SearchDocument.objects.values_list()) == before


def test_an_account_is_a_line_of_its_story_that_leads_to_its_provider(
    client: Client, accounts: dict[str, Article]
) -> None:
    [line] = results(client, "chaosdb")["cards"]
    assert isinstance(line, Line)
    html = " ".join(client.get("/search/", {"q": "chaosdb"}).content.decode().split())
    assert (
        f'<a href="{accounts["unlisted"].web_url}" rel="noopener external"><mark>Chaosdb</mark> &amp; thousands' in html
    )
    assert "1 article" in html
    story = accounts["lead"].member.story
    assert f'in: <a href="{story.get_absolute_url()}"><bdi>A hole in the cloud</bdi></a>' in html
    assert [str(line.title) for line in results(client, "wizards")["cards"]] == ["<mark>Wizards</mark> warn"]


def test_cards_and_lines_stand_in_one_order(client: Client, accounts: dict[str, Article]) -> None:
    edit_articles([accounts["lead"].pk], excerpt="What chaosdb did to thousands of databases.")
    context = results(client, "chaosdb", sort="date")
    assert context["page"].paginator.count == 2
    assert [isinstance(each, Line) for each in context["cards"]] == [True, False]


def test_accounts_come_below_what_is_listed_however_well_they_match(
    client: Client, accounts: dict[str, Article]
) -> None:
    listed = make_article(title="Of many things, one is about databases and another about the weather in the harbour")
    assert [isinstance(card, Line) for card in results(client, "databases")["cards"]] == [False, True]
    assert found("databases") == [listed.pk, accounts["unlisted"].pk]


@pytest.mark.parametrize("number", [3, 12])
def test_lines_need_one_query_however_many_they_are(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for each in range(number):
        other = make_article(title="Tram", published=False, provider=make_provider(f"p{each}.example"))
        make_article([make_topic(f"Topic {each}")], title="Bus", related=[other])
        make_article(title="Tram")
    client.get("/search/?q=bus")
    # What the masthead shows, what is found, one for cards and one for lines, and one for facets.
    with django_assert_num_queries(5):
        client.get("/search/", {"q": "tram"})


@pytest.mark.parametrize(
    "change",
    [
        {"removed": True},
        {"published_date_time": timezone.now() + dt.timedelta(days=1)},
    ],
)
def test_what_readers_do_not_see_is_not_found(accounts: dict[str, Article], change: dict[str, Any]) -> None:
    edit_articles([accounts["unlisted"].pk], **change)
    assert found("chaosdb") == []
    assert_as_a_rebuild_gives()


def test_an_unlisted_article_alone_a_draft_and_a_story_without_a_page_are_not_found(client: Client) -> None:
    alone = make_article(title="Chaosdb alone", published=False)
    make_article(title="Chaosdb drafted", published=False, is_draft=True)
    make_article(
        title="Chaosdb unlisted, too",
        published=False,
        related=[make_reference(title="Chaosdb", web_url="https://x.example/")],
    )
    assert found("chaosdb") == []
    later = timezone.now() + dt.timedelta(days=1)
    make_article(title="To come", published_date_time=later, related=[alone])
    assert list(results(client, "chaosdb")["cards"]) == []
    assert_as_a_rebuild_gives()


def test_accounts_are_found_while_their_story_has_a_page(accounts: dict[str, Article]) -> None:
    lead, unlisted = accounts["lead"], accounts["unlisted"]
    edit_articles([lead.pk], published=False)
    assert (found("chaosdb"), found("wizards"), found("hole")) == ([], [], [])
    assert_as_a_rebuild_gives()
    edit_articles([lead.pk], published=True)
    assert (found("chaosdb"), found("wizards"), found("hole")) == (
        [unlisted.pk],
        [accounts["reference"].pk],
        [lead.pk],
    )
    decision = StoryDecision(article=unlisted, joins=None)
    decision.save()
    assert (found("chaosdb"), found("wizards")) == ([], [accounts["reference"].pk])
    assert_as_a_rebuild_gives()
    decision.delete()
    assert found("chaosdb") == [unlisted.pk]
    Article.objects.get(pk=unlisted.pk).delete()
    assert found("chaosdb") == []
    assert_as_a_rebuild_gives()


def test_an_account_that_becomes_listed_is_a_card_and_back(client: Client, accounts: dict[str, Article]) -> None:
    unlisted = accounts["unlisted"]
    for is_published in (True, False):
        edit_articles([unlisted.pk], published=is_published)
        assert [isinstance(each, Line) for each in results(client, "chaosdb")["cards"]] == [not is_published]
        assert_as_a_rebuild_gives()


def test_operators_apply_to_accounts(accounts: dict[str, Article]) -> None:
    pk = accounts["unlisted"].pk
    for text in (
        "topic:databases",
        "provider:mag.example",
        "provider:Mag chaosdb",
        "after:2023-09-01 before:2023-09-02 chaosdb",
    ):
        assert found(text) == [pk], text
    for text in ("chaosdb topic:cloud", "chaosdb -provider:mag.example", "chaosdb before:2023", "chaosdb type:video"):
        assert found(text) == [], text
    assert found("before:2023") == [accounts["reference"].pk]


def test_facets_count_accounts(client: Client, accounts: dict[str, Article]) -> None:
    edit_articles([accounts["lead"].pk], excerpt="chaosdb, thousands of databases")
    facets = {
        facet.id: [(link.name, link.count) for link in facet.links] for facet in results(client, "chaosdb")["facets"]
    }
    assert facets == {"topics": [("Cloud", 1), ("Databases", 1)], "providers": [("A.Example", 1), ("Mag", 1)]}


@pytest.mark.parametrize(
    "hiding", [{"muted_providers": ("mag.example",)}, {"muted_topics": ("databases",)}, {"min_quality": 60}]
)
def test_accounts_that_a_reader_hides_are_counted_as_hidden(
    client: Client, accounts: dict[str, Article], hiding: dict[str, Any]
) -> None:
    choose(client, Choices(**hiding))
    context = results(client, "chaosdb")
    assert (list(context["cards"]), context["hidden"].count) == ([], 1)
    assert len(results(client, "chaosdb", show="hidden")["cards"]) == 1


def test_words_of_accounts_are_suggested_but_no_page_without_articles(accounts: dict[str, Article]) -> None:
    assert completions("chao", Offered()).queries == ["chaosdb"]
    asked = prepare(parse("chaosbd"))
    assert str(respelt(asked, 0)) == "chaosdb"
    assert completions("mag", Offered()).providers == []
    edit_articles([accounts["unlisted"].pk], published=True)
    assert completions("mag", Offered()).providers == [("Mag", "/providers/mag.example/")]
    rebuild_index()
    assert SearchWord.objects.filter(word="wizards").exists()


def test_a_provider_that_is_renamed_is_found_by_its_new_name(accounts: dict[str, Article]) -> None:
    provider = Provider.objects.get(domain="mag.example")
    provider.name = "Weekly"
    provider.save()
    assert found("weekly") == [accounts["unlisted"].pk]
    assert_as_a_rebuild_gives()


def test_documents_of_accounts_are_compared_and_corrected(accounts: dict[str, Article]) -> None:
    SearchDocument.objects.filter(article_id=accounts["unlisted"].pk).delete()
    differences = find_differences()
    assert differences.differences()[0].kind == "search documents"
    mend(differences)
    assert found("chaosdb") == [accounts["unlisted"].pk]
    assert_as_a_rebuild_gives()
