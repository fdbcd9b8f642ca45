"""The list of articles at the editors' desk: filters, searches, what it costs."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from articles.admin.article import filters
from articles.admin.changelist import AheadPaginator
from articles.changes import stories_at_the_end
from articles.models import Article, Pin
from tests.support.desk import LIST, bulk, change_url
from tests.support.factories import make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def titles(client: Client, **query: Any) -> list[str]:
    return sorted(each.title for each in client.get(LIST, query).context["cl"].result_list)


def test_filters_narrow_the_list(editor: Client) -> None:
    ai = make_topic("AI")
    make_article([ai], title="Hot", heat=90, quality=1)
    image = [{"url": "https://a.example/x.png", "width": 900, "height": 600}]
    make_article(title="Cold", heat=-1, quality=50, images=image, provider=make_provider("b.example", name="Bee"))
    make_article(title="Video", type="video", published=False, edited={"title": "x"}, conflicts={"title": "y"})
    make_article(title="Old", published_date_time=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    make_article(title="Draft", published=False, is_draft=True, publish_at=timezone.now() + HOUR)
    expected = {
        ("topic", str(ai.pk)): ["Hot"],
        ("provider", "b.example"): ["Cold"],
        ("provider", "bee"): ["Cold"],
        ("provider", "nobody"): [],
        ("heat_from", "80"): ["Hot"],
        ("heat_to", "0"): ["Cold"],
        ("quality_from", "50"): ["Cold"],
        ("image", "yes"): ["Cold"],
        ("type", "video"): ["Video"],
        ("state", "conflict"): ["Video"],
        ("state", "edited"): ["Video"],
        ("state", "unlisted"): ["Video"],
        ("state", "draft"): ["Draft"],
        ("state", "scheduled"): ["Draft"],
        ("day_to", "2020-01-01"): ["Old"],
    }
    found = {query: titles(editor, **dict([query])) for query in expected}
    assert found == expected
    assert titles(editor, heat_from="0", heat_to="80", day_from="2023-01-01") == ["Draft", "Video"]


@pytest.mark.parametrize(
    "query", [{"heat_from": "x"}, {"quality_to": str(2**40)}, {"day_from": "soon"}, {"topic": "x"}]
)
def test_a_filter_that_makes_no_sense_is_no_error(editor: Client, query: dict[str, str]) -> None:
    make_article()
    assert editor.get(LIST, query, follow=True).status_code == 200


def test_articles_are_found_by_address_file_and_words(editor: Client) -> None:
    one = make_article(title="The quick brown fox", web_url="https://a.example/fox/", source_path="_news/fox.md")
    make_article(title="Another", published=False)
    for term in ("quick FOX", "http://a.example/fox", one.get_absolute_url(), f"https://here{one.get_absolute_url()}"[8:],
                 "_news/fox.md", "fox.md"):  # fmt: skip
        assert titles(editor, q=term) == ["The quick brown fox"], term
    assert titles(editor, q="another") == ["Another"]


def test_words_find_what_readers_find_and_titles_that_no_reader_sees(editor: Client) -> None:
    trams = make_topic("Trams")
    make_article([trams], title="Rails", excerpt="Ten new carriages", provider=make_provider("loud.example"))
    make_article([trams], title="Rails again", excerpt="Old carriages")
    make_article(title="Carriages to come", published=False)
    expected = {
        "carriage": [
            "Carriages to come",
            "Rails",
            "Rails again",
        ],  # a title has it as it is written, the others its stem
        '"new carriages"': ["Rails"],
        "carriages -new": ["Rails again"],
        "topic:trams": ["Rails", "Rails again"],
        "provider:loud.example rails": ["Rails"],
        '"(*) -" OR NEAR': [],
    }
    assert {term: titles(editor, q=term) for term in expected} == expected


def test_a_list_counts_no_further_than_a_few_pages(editor: Client, settings: Settings) -> None:
    for number in range(9):
        make_article(title=f"N{number}")
    everything = Article.objects.order_by("pk")
    assert [AheadPaginator(everything, 2, page).count for page in (1, 2, 9)] == [8, 9, 9]
    assert AheadPaginator(everything, 2).goes_on
    assert not AheadPaginator(everything, 2, 3).goes_on


def test_what_a_filter_finds_is_not_looked_for_twice(editor: Client) -> None:
    make_article(title="Hot", heat=500)
    with CaptureQueriesContext(connection) as queries:
        assert titles(editor, heat_from="100") == ["Hot"]
    keys, rows = [query["sql"] for query in queries if '"heat" >= 100' in query["sql"]]
    assert '"id" = ANY' in rows if connection.vendor == "postgresql" else '"id" IN' in rows
    assert '"title"' not in keys


def test_large_topics_list_the_same_articles_as_small_ones(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic, other = make_topic("AI"), make_topic("Climate")
    for number in range(3):
        make_article([topic, other], title=f"N{number}")
    make_article([other], title="Other")
    small = titles(editor, topic=topic.pk)
    monkeypatch.setattr(filters, "LARGE", 2)
    assert titles(editor, topic=topic.pk) == small
    assert len(small) == 3


def test_pages_need_few_queries_whatever_they_hold(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    topics = [make_topic(name) for name in ("AI", "Climate", "Space")]
    with stories_at_the_end():
        references = [make_reference(title=f"R{number}") for number in range(15)]
        articles = [
            make_article(topics, references, provider=make_provider(f"p{number}.example")) for number in range(15)
        ]
    bulk(editor, "unlist", articles[:5], confirm="1")
    for number, article in enumerate(articles[5:10]):
        Pin.objects.create(article=article, place=number + 1, ends=timezone.now() + HOUR, reason="x")
    filtered, chosen = "?topic=1&heat_from=1&provider=a.example&q=article", "bulk/unlist/?ids=1,2,3"
    urls = [f"{LIST}{end}" for end in ("", filtered, "add/", chosen, f"{articles[0].pk}/history/")]
    urls += ["/admin/articles/action/", "/admin/articles/pin/", "/admin/articles/pin/add/"]
    for url, most in (("/admin/", 29), *((url, 12) for url in urls), (change_url(articles[0]), 13)):
        with django_assert_max_num_queries(most, info=url):
            assert editor.get(url).status_code == 200, url
