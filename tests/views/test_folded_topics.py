"""Topic pages with stories folded, and readers who keep them so."""

import datetime as dt

import pytest
from django.test import Client

from articles.editorial.edits import edit_articles
from articles.models import Article, ArticleTopic
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.stories import link

pytestmark = pytest.mark.django_db


def listed_story(topic: str = "AI") -> tuple[Article, Article, Article]:
    """Return a story's lead and member, both listed, and another article between them in time."""
    topics = [make_topic(topic)]
    lead = make_article(topics, title="Lead", heat=90, published_date_time=TIME)
    between = make_article(topics, title="Between", published_date_time=TIME + dt.timedelta(hours=1))
    member = make_article(topics, title="Member", heat=10, published_date_time=TIME + dt.timedelta(hours=2))
    link(member, lead)
    return lead, between, member


def titles(client: Client, url: str) -> list[str]:
    return [card.title for card in client.get(url).context["cards"]]


def test_a_topic_lists_each_article_and_folds_stories_when_asked(client: Client) -> None:
    listed_story()
    assert titles(client, "/topics/ai/") == ["Member", "Between", "Lead"]
    assert titles(client, "/topics/ai/?view=stories") == ["Between", "Lead"]
    assert titles(client, "/topics/ai/?view=nonsense") == ["Member", "Between", "Lead"]
    assert '<link rel="canonical" href="http://testserver/topics/ai/">' in client.get(
        "/topics/ai/?view=stories"
    ).content.decode().replace("'", '"')


def test_a_topic_without_the_lead_folds_under_the_member_that_it_has(client: Client) -> None:
    lead, _, member = listed_story()
    second = make_article([make_topic("B")], title="Second", heat=5, published_date_time=TIME + dt.timedelta(hours=3))
    ArticleTopic.objects.create(article=member, topic=make_topic("B"))
    link(second, lead)
    assert titles(client, "/topics/b/?view=stories") == ["Member"]
    assert titles(client, "/topics/b/") == ["Second", "Member"]
    edit_articles([member.pk], published=False)
    assert titles(client, "/topics/b/?view=stories") == ["Second"]


def test_pages_of_folded_topics_are_whole(client: Client, settings: object) -> None:
    settings.PAGE_SIZE = 3  # type: ignore[attr-defined]
    settings.RANKING_PER_PROVIDER = 99  # type: ignore[attr-defined]
    for _ in range(5):
        listed_story()
    url, seen = "/topics/ai/?view=stories", []
    while url:
        page = client.get(url).context["page"]
        assert page.paginator.count == 10
        seen += page.object_list
        url = page.next_url
    assert len(seen) == len(set(seen)) == 10
    assert client.get("/topics/ai/?view=stories&page=5").status_code == 404


def test_the_first_folded_page_shows_few_of_one_provider_and_links_to_the_rest(client: Client) -> None:
    topics = [make_topic()]
    for number in range(6):
        make_article(topics, title=f"Loud {number}", provider=make_provider("loud.example", name="Loud"))
    make_article(topics, title="Quiet", published_date_time=TIME - dt.timedelta(days=2))
    response = client.get("/topics/ai/?view=stories")
    assert [card.title for card in response.context["cards"]] == ["Loud 0", "Loud 1", "Loud 2", "Quiet"]
    html = response.content.decode()
    assert "3 more from <bdi>Loud</bdi>" in html
    assert all(f"Loud {number}</a>" in html for number in (3, 4, 5))
    assert len(titles(client, "/topics/ai/")) == 7


def test_a_reader_can_keep_stories_folded(client: Client) -> None:
    listed_story()
    response = client.post("/settings/change/", {"view": "stories", "next": "/topics/ai/"})
    assert (response.status_code, response["Location"]) == (302, "/topics/ai/")
    cookie = response.cookies["choices"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert titles(client, "/topics/ai/") == ["Between", "Lead"]
    assert titles(client, "/topics/ai/?view=articles") == ["Member", "Between", "Lead"]
    client.post("/settings/change/", {"view": "articles", "next": "/topics/ai/"})
    assert titles(client, "/topics/ai/") == ["Member", "Between", "Lead"]


def test_choices_reach_no_shared_cache(client: Client) -> None:
    listed_story()
    plain = client.get("/topics/ai/")
    assert "Cookie" in plain["Vary"]
    assert "private" not in plain.get("Cache-Control", "")
    client.post("/settings/change/", {"view": "stories"})
    assert "private" in client.get("/topics/ai/")["Cache-Control"]


def test_a_cookie_that_this_site_did_not_write_counts_for_nothing(client: Client) -> None:
    listed_story()
    for text in ("stories", '{"view": "stories"}', "eyJ2aWV3Ijoic3RvcmllcyJ9:1abc:xyz"):
        client.cookies["choices"] = text
        assert len(titles(client, "/topics/ai/")) == 3


def test_only_forms_of_this_site_set_a_choice(client: Client) -> None:
    data = {"view": "stories", "next": "/topics/ai/"}
    assert client.post("/settings/change/", data, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/settings/change/", data, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post("/settings/change/", data, headers={"origin": "http://testserver"}).status_code == 302
    assert client.post("/settings/change/", {"view": "x"}).status_code == 400
    assert client.get("/settings/change/").status_code == 405
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        assert client.post("/settings/change/", data | {"next": elsewhere})["Location"] == "/"
