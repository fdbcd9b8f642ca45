"""Lists and articles in the shape of the engine that the file format comes from."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from articles.models import Article
from articles.sync.imports.run import import_paths
from tests.support.api import get
from tests.support.factories import TIME, make_article, make_topic

pytestmark = pytest.mark.django_db
# Times are in the zone of whoever built that site, files have changed since, and addresses of logos are this site's.
DIFFERENT = {"publishedDateTime", "provider", "locale", "topics", "heat", "images", "excerpt", "title", "content",
             "featuredContent", "webUrl", "originalUrl", "ampWebUrl", "cdnAmpWebUrl", "sourceUrl"}  # fmt: skip


def key_order(value: Any) -> list[str]:
    return list(value) + list(value["provider"])


def test_lists_have_the_articles_keys_and_order_of_that_engine(corpora: Path, client: Client) -> None:
    import_paths([corpora / "powerapps"], lambda root, problem: None)
    samples = sorted((corpora / "powerapps/api/news").rglob("page/*/index.json"))
    newest = [path for path in samples if path.relative_to(corpora / "powerapps/api/news").parts[0] == "page"]
    assert len(newest) == 18
    for path in samples:
        expected = json.loads(path.read_text())
        actual = get(client, f"/api/news/{path.relative_to(corpora / 'powerapps/api/news').as_posix()}")
        assert list(actual) == ["page", "value", "nextPage"] == list(expected)
        assert (actual["page"], actual["nextPage"]) == (expected["page"], expected["nextPage"])
        assert {each["path"] for each in actual["value"]} == {
            each["path"] for each in expected["value"]
        } or path in newest
        assert key_order(actual["value"][0]) == key_order(expected["value"][0])
        same = {each["path"]: each for each in expected["value"]}
        for each in actual["value"]:
            for key in set(each) - DIFFERENT if each["path"] in same else ():
                assert each[key] == same[each["path"]][key], (each["path"], key)


def test_an_article_has_the_keys_and_values_of_that_engine(corpora: Path, client: Client) -> None:
    import_paths([corpora / "azure-sample"], lambda root, problem: None)
    samples = sorted((corpora / "azure-sample/api/news").glob("*/index.json"))
    # Three of the fifteen are not listed any more.
    listed = set(Article.objects.listed().values_list("source_path", flat=True))
    samples = [path for path in samples if f"_news/{path.parent.name}.md" in listed]
    assert len(samples) == 12
    for path in samples:
        expected = json.loads(path.read_text())
        url = f"/api/news/{path.parent.name}/index.json"
        actual = get(client, url)
        assert key_order(actual) == key_order(expected)
        assert actual["sourceUrl"] == f"http://testserver{url}"
        assert (actual["path"], actual["title"], actual["webUrl"]) == (
            expected["path"], expected["title"], expected["webUrl"],
        )  # fmt: skip
        assert [list(image) for image in actual["images"] or []] == [list(image) for image in expected["images"] or []]
        assert dt.datetime.fromisoformat(actual["publishedDateTime"]) == dt.datetime.fromisoformat(
            expected["publishedDateTime"]
        )


def test_pages_have_25_articles_in_both_forms_of_the_address(client: Client) -> None:
    topic = make_topic()
    articles = [make_article([topic]) for _ in range(30)]
    for start in ("", "ai/"):
        first, second = get(client, f"/api/news/{start}index.json"), get(client, f"/api/news/{start}page/2/index.json")
        assert (
            get(client, f"/api/news/{start}page/1/index.json")
            == first
            == get(client, f"/api/news/{start}page1/index.json")
        )
        assert get(client, f"/api/news/{start}page2/index.json") == second
        assert [each["title"] for each in [*first["value"], *second["value"]]] == [each.title for each in articles]
        assert (first["nextPage"], second["nextPage"]) == (2, None)
        assert client.get(f"/api/news/{start}page/3/index.json").status_code == 404


def test_an_empty_listing_has_an_empty_first_page(client: Client) -> None:
    make_topic()
    for url in ("/api/news/index.json", "/api/news/ai/index.json"):
        assert get(client, url) == {"page": 1, "value": [], "nextPage": None}


def test_times_are_in_the_zone_of_the_site(client: Client, settings: Settings) -> None:
    make_article(published_date_time=TIME)
    assert get(client, "/api/news/index.json")["value"][0]["publishedDateTime"] == "2023-09-01T12:00:00Z"
    settings.TIME_ZONE = "America/Los_Angeles"
    assert get(client, "/api/news/index.json")["value"][0]["publishedDateTime"] == "2023-09-01T05:00:00-07:00"


def test_players_are_those_of_known_hosts_and_html_is_safe(client: Client) -> None:
    video = (
        '<iframe width="800" src="https://www.youtube.com/embed/abcdefghijk" onload="x()"></iframe><script>x()</script>'
    )
    make_article(featured_content=video)
    make_article(featured_content='<iframe src="https://evil.example/"></iframe><b>Text</b>')
    first, second = get(client, "/api/news/index.json")["value"]
    assert first["featuredContent"] == (
        '<iframe src="https://www.youtube.com/embed/abcdefghijk" allowfullscreen></iframe>'
    )
    assert second["featuredContent"] == "<b>Text</b>"


def test_an_article_without_a_file_has_the_path_that_its_file_would_have(client: Client) -> None:
    article = make_article(slug="trams", date=dt.date(2023, 9, 1))
    [found] = get(client, "/api/news/index.json")["value"]
    assert found["path"] == "_news/2023-09-01-trams.md"
    assert get(client, "/api/news/2023-09-01-trams/index.json")["title"] == article.title


@pytest.mark.parametrize(
    ("url", "queries"),
    [("index.json", 3), ("page/1/index.json", 3), ("ai/index.json", 4), ("{stem}/index.json", 3)],
)
def test_each_address_takes_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, url: str, queries: int
) -> None:
    articles = [make_article([make_topic()]) for _ in range(3)]
    stem = f"{articles[0].date}-{articles[0].slug}"
    with django_assert_max_num_queries(queries):
        assert client.get(f"/api/news/{url.format(stem=stem)}").status_code == 200
