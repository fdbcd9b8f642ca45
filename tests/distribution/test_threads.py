"""Threads in the API and as Markdown: the same stories in the same order as on their pages."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.distribution.markdown import views
from articles.editorial.edits import edit_articles
from articles.models import Thread
from tests.support.api import get, read_all
from tests.support.feeds import titles
from tests.support.threads import make_chain

pytestmark = pytest.mark.django_db


def shown(client: Client, url: str) -> list[str]:
    return [story.item.title for month in client.get(url).context["months"] for story in month.stories]


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_the_list_is_that_of_the_page(client: Client, limit: int) -> None:
    for start in range(0, 12, 4):
        make_chain(3, start=start)
    page = client.get("/threads/").context["threads"]
    assert len(page) == 3
    records = read_all(client, f"/api/v1/threads?limit={limit}")
    assert [(each["name"], each["url"], each["stories"]) for each in records] == [
        (each.name, f"http://testserver{each.url}", each.stories) for each in page
    ]
    assert [list(each) for each in read_all(client, "/api/v1/threads?fields=id,name")] == [["id", "name"]] * 3


def test_a_thread_has_its_stories_page_by_page(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    articles = make_chain(5)
    edit_articles([articles[2].pk], published=False)  # a link to its provider, as on the page
    thread = Thread.objects.get()
    url = f"/api/v1/threads/{thread.pk}?limit=2"
    timeline, address = [], url
    while address:
        with django_assert_max_num_queries(3):
            found = get(client, address)
        timeline += found["timeline"]
        address = found["next"]
    assert [each["title"] for each in timeline] == shown(client, thread.get_absolute_url())
    assert [each["is_external"] for each in timeline] == [False, False, True, False, False]
    assert timeline[2]["url"] == articles[2].web_url
    assert (found["stories"], found["url"]) == (5, f"http://testserver{thread.get_absolute_url()}")


def test_a_thread_without_a_page_is_not_found_and_one_that_was_merged_leads_on(client: Client) -> None:
    one, other = make_chain(2)
    thread = Thread.objects.get()
    merged = Thread.objects.create(merged_into=thread, slug="older")
    for path, target in {
        f"/api/v1/threads/{merged.pk}?limit=5": f"http://testserver/api/v1/threads/{thread.pk}?limit=5",
        f"/threads/{merged.pk}-older.md": f"{thread.get_absolute_url().rstrip('/')}.md",
        f"/threads/{thread.pk}-older.md": f"{thread.get_absolute_url().rstrip('/')}.md",
        f"/threads/{merged.pk}-older/feed.rss": f"{thread.get_absolute_url()}feed.rss",
    }.items():
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, target)
    edit_articles([one.pk, other.pk], removed=True)
    get(client, f"/api/v1/threads/{thread.pk}", 404)
    get(client, "/api/v1/threads/999999999999999999999", 404)
    assert get(client, "/api/v1/threads")["data"] == []
    assert client.get(f"{thread.get_absolute_url().rstrip('/')}.md").status_code == 404


def test_markdown_lists_the_stories_that_have_a_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = make_chain(5)
    edit_articles([articles[2].pk], published=False)
    url = Thread.objects.get().get_absolute_url()
    monkeypatch.setattr(views, "PER_PAGE", 3)
    found, address = [], f"{url.rstrip('/')}.md"
    while address:
        response = client.get(address)
        assert response["Link"] == f'<http://testserver{url}>; rel="canonical"'
        text = response.content.decode()
        found += re.findall(r"\[(.+?)\]\(<", text)
        following = re.search(r"Next: <http://testserver(.+?)>", text)
        address = following[1] if following else ""
    assert found == [title for title in shown(client, url) if title != articles[2].title]
    assert found == titles(client, f"{url}feed.atom")
