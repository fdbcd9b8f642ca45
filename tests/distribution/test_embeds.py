"""Pages in frames of other sites, and oEmbed, by which those learn of them."""

import html
import re
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.changes import changing_articles, stories_at_the_end
from articles.models import Article, Story, TopicAlias
from articles.stories import rebuild_stories
from tests.support.factories import make_article, make_topic
from tests.support.stories import make_story, story_of

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


def ask(client: Client, path: str, **parameters: Any) -> Any:
    given = "".join(f"&{name}={value}" for name, value in parameters.items())
    return client.get(f"/oembed?url={quote(HOST + path)}{given}")


def test_an_article_is_embedded_without_scripts_in_frames_of_any_site(client: Client) -> None:
    article = make_article(title="Trams & <b>", excerpt="They run.")
    response = client.get(f"/embed/article/{article.pk}/")
    page = response.content.decode()
    assert "Trams &amp; &lt;b&gt;" in page
    assert "They run." in page
    assert f'href="{article.get_absolute_url()}"' in page
    assert "<script" not in page
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'none'" in policy
    assert "X-Frame-Options" not in response
    assert not response.cookies


def test_no_other_page_may_be_framed(client: Client) -> None:
    article = make_article()
    for path in ("/", article.get_absolute_url(), "/oembed?url=x"):
        response = client.get(path)
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_a_story_is_embedded_with_its_best_accounts(client: Client) -> None:
    lead, _ = make_story(9)
    rebuild_stories()
    story = story_of(lead)
    page = client.get(f"/embed/story/{story.pk}/").content.decode()
    assert re.findall(r">(Account \d)<", page) == [f"Account {number}" for number in (7, 6, 5, 4, 3)]
    assert "8 sources" in page
    assert "and 3 more" in page
    assert ask(client, story.get_absolute_url()).json()["title"] == "Lead"


def test_a_story_has_the_accounts_that_its_page_has(client: Client) -> None:
    lead, others = make_story(5)
    rebuild_stories()
    story = story_of(lead)
    for other, values in zip(others, ({"removed": True}, {"is_draft": True}, {}), strict=False):
        with stories_at_the_end(), changing_articles([other.pk]):
            Article.objects.filter(pk=other.pk).update(**values)
    page = client.get(f"/embed/story/{story.pk}/").content.decode()
    assert re.findall(r">(Account \d)<", page) == ["Account 3", "Account 2"]
    # They are unlisted: they have no page here.
    assert f'href="{others[2].web_url}" rel="nofollow external"' in page


def test_a_story_that_became_part_of_another_is_that(client: Client) -> None:
    lead, _ = make_story(3)
    rebuild_stories()
    merged = Story.objects.create(merged_into=story_of(lead), slug="old")
    assert "Lead" in client.get(f"/embed/story/{merged.pk}/").content.decode()


def test_a_story_of_one_article_has_no_embed(client: Client) -> None:
    assert client.get(f"/embed/story/{story_of(make_article()).pk}/").status_code == 404


def test_a_topic_is_embedded_with_its_newest_articles(client: Client) -> None:
    topic = make_topic("Trams")
    for number in range(8):
        make_article([topic], title=f"Tram {number}")
    page = client.get(f"/embed/topic/{topic.pk}/").content.decode()
    assert re.findall(r">(Tram \d)<", page) == [f"Tram {number}" for number in range(6)]
    assert "Trams</a>" in page


def test_an_empty_topic_says_so(client: Client) -> None:
    page = client.get(f"/embed/topic/{make_topic('Empty').pk}/").content.decode()
    assert "Nothing here yet" in page


def test_sites_learn_how_a_page_is_embedded(client: Client) -> None:
    article = make_article(title='Say "trams"')
    response = ask(client, article.get_absolute_url())
    given = response.json()
    assert response["Access-Control-Allow-Origin"] == "*"
    assert (given["version"], given["type"], given["title"]) == ("1.0", "rich", 'Say "trams"')
    assert (given["author_name"], given["author_url"]) == ("A.Example", f"{HOST}/providers/a.example/")
    assert (given["width"], given["height"]) == (600, 250)
    assert f'src="{HOST}/embed/article/{article.pk}/"' in given["html"]
    assert 'title="Say &quot;trams&quot;"' in given["html"]
    card = client.get(given["thumbnail_url"].removeprefix(HOST))
    assert (card.status_code, card["Content-Type"]) == (200, "image/png")


def test_xml_has_the_same(client: Client) -> None:
    topic = make_topic("A & B", slug="a-b")
    path = topic.get_absolute_url()
    response = ask(client, path, format="xml")
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(response.content)
    assert {each.tag: each.text for each in root} == {
        name: str(value) for name, value in ask(client, path).json().items()
    }


def test_other_formats_are_not_there(client: Client) -> None:
    assert ask(client, make_topic().get_absolute_url(), format="yaml").status_code == 400


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ({}, (600, 250)),
        ({"maxwidth": 320}, (320, 350)),
        ({"maxwidth": 5000, "maxheight": 210}, (600, 210)),
        ({"maxwidth": 1, "maxheight": 1}, (200, 200)),
        ({"maxwidth": "wide"}, (600, 250)),
    ],
)
def test_a_frame_fits_where_it_can(client: Client, given: dict[str, Any], size: tuple[int, int]) -> None:
    answer = ask(client, make_article().get_absolute_url(), **given).json()
    assert (answer["width"], answer["height"]) == size
    assert ("thumbnail_url" in answer) is (not given or given == {"maxwidth": "wide"})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "http://[",
        f"{HOST}/",
        f"{HOST}/search/?q=a",
        f"{HOST}/2023/13/45/x/",
        f"{HOST}/stories/99999999999999999999/",
        f"{HOST}/topics/none/",
        f"{HOST}/topics/%00/",
        f"{HOST}/topics/%ff/",
        "http://other.example/topics/ai/",
        "ftp://testserver/topics/ai/",
    ],
)
def test_only_pages_of_this_site_that_are_about_something(client: Client, url: str) -> None:
    make_topic("AI")
    assert client.get("/oembed", {"url": url}).status_code == 404


def test_old_names_of_topics_are_known(client: Client) -> None:
    topic = make_topic("AI")
    TopicAlias.objects.create(topic=topic, slug="ki")
    assert ask(client, "/topics/ki/").json()["title"] == "AI"


@pytest.mark.parametrize("path", ["/embed/article/{}/", "/embed/story/{}/", "/embed/topic/{}/"])
@pytest.mark.parametrize("pk", [0, 999, 2**63, 10**30])
def test_what_is_not_there_is_not_found(client: Client, path: str, pk: int) -> None:
    assert client.get(path.format(pk)).status_code == 404


def test_what_readers_may_not_see_cannot_be_embedded(client: Client) -> None:
    topic = make_topic()
    article = make_article([topic], title="Secret")
    with stories_at_the_end(), changing_articles([article.pk]):
        Article.objects.filter(pk=article.pk).update(published=False)
    assert client.get(f"/embed/article/{article.pk}/").status_code == 404
    assert ask(client, article.get_absolute_url()).status_code == 404
    assert "Secret" not in client.get(f"/embed/topic/{topic.pk}/").content.decode()


def test_pages_name_their_oembed_address(client: Client) -> None:
    topic = make_topic()
    article = make_article([topic])
    for path in (article.get_absolute_url(), topic.get_absolute_url()):
        page = client.get(path).content.decode()
        [link] = re.findall(r'<link rel="alternate" type="application/json\+oembed" href="([^"]*)"', page)
        assert client.get(html.unescape(link).removeprefix(HOST)).json()["type"] == "rich"


def test_queries(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    topic = make_topic()
    article = make_article([topic])
    with django_assert_num_queries(1):
        client.get(f"/embed/article/{article.pk}/")
    with django_assert_num_queries(4):
        client.get(f"/embed/topic/{topic.pk}/")
