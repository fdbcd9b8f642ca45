"""The page of all providers stays a page, however many there are."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.models import Provider
from articles.views.provider_pages import PER_PAGE, all_listed
from tests.support.factories import make_article, make_provider

pytestmark = pytest.mark.django_db


@stories_at_the_end()
def listed(*names: str) -> None:
    for number, name in enumerate(names):
        make_article(provider=make_provider(f"{number}.example", name=name))


def shown(client: Client, path: str) -> list[str]:
    return [provider.name for group in client.get(path).context["groups"] for provider in group.providers]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of providers on three pages."""
    monkeypatch.setattr("articles.views.provider_pages.PER_PAGE", 4)
    names = ["Abend", "Ábel", "the Bee", "Bee", "Émile", "Zeit", "10 vor 10", "“Quoted”", "한겨레", "朝日新聞"]
    listed(*names)
    return names


def test_many_providers_are_on_pages_by_name(client: Client, many: list[str]) -> None:
    pages = [shown(client, f"/providers/?page={number}") for number in (1, 2, 3)]
    assert pages[0] == shown(client, "/providers/")
    assert [name for page in pages for name in page] == [
        "10 vor 10", "Ábel", "Abend", "Bee", "Émile", "“Quoted”", "the Bee", "Zeit", "한겨레", "朝日新聞",
    ]  # fmt: skip
    assert client.get("/providers/?page=4").status_code == 404
    assert 'rel="next"' in client.get("/providers/").content.decode()


def test_letters_lead_to_where_their_names_begin(client: Client, many: list[str]) -> None:
    links = client.get("/providers/").context["letters"]
    assert [link.text for link in links] == ["#", "A", "B", "E", "Q", "T", "Z", "ㅎ", "漢"]
    for link in links:
        path, _, anchor = link.url.partition("#")
        assert f'id="{anchor}"' in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("BEE", ["Bee", "the Bee"]),
        ("emile", ["Émile"]),
        ("5.example", ["Zeit"]),
        ("5.EXAMPLE.", ["Zeit"]),
        ("e&", []),
        ("日", ["朝日新聞"]),
    ],
)
def test_a_filter_finds_names_and_domains(client: Client, many: list[str], text: str, names: list[str]) -> None:
    response = client.get("/providers/", {"q": text})
    assert [each.name for group in response.context["groups"] for each in group.providers] == names
    assert f'value="{text}"'.replace("&", "&amp;") in response.content.decode()


def test_pages_of_a_filter_keep_it(client: Client, many: list[str]) -> None:
    response = client.get("/providers/", {"q": "e"})
    assert response.context["page"].next_url == "/providers/?q=e&page=2"
    assert "/providers/?q=e&amp;page=2" in response.content.decode()


def test_few_providers_need_neither_letters_nor_a_filter(client: Client) -> None:
    listed("A", "B")
    page = client.get("/providers/").content.decode()
    assert 'class="letters"' not in page
    assert 'class="narrow"' not in page


def test_a_page_of_thousands_is_as_small_as_others_and_needs_as_few_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Provider(domain=f"{number}.example", name=f"Provider {number}") for number in range(4000)]
    Provider.objects.bulk_create(rows)
    counts = dict.fromkeys(Provider.objects.values_list("pk", flat=True), 1)
    monkeypatch.setattr("articles.views.provider_pages.listed_counts", lambda scope: counts)
    with django_assert_num_queries(3):  # names, the page, the masthead; one more for the counts
        response = client.get("/providers/?page=7")
    assert sum(len(group.providers) for group in response.context["groups"]) == PER_PAGE
    assert len(response.content) < 100_000
    assert len(all_listed("")) == 4000
