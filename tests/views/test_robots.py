"""What search engines are told about the site and each page."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from articles.models import Story
from articles.stories import rebuild_stories
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)">')


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        ("/", True),
        ("/topics/ai/?page=2", True),
        ("/stories/1-a/", True),
        ("/media/a.webp", True),
        ("/static/css/base.css", True),
        ("/search/", True),
        ("/search/?q=trams", True),
        ("/settings/", False),
        ("/settings/view/", False),
        ("/admin/", False),
        ("/admin/articles/", False),
    ],
)
def test_robots_may_read_all_but_what_is_no_page_for_readers(client: Client, path: str, is_allowed: bool) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=86400"
    agent, *rules, empty, sitemap = response.content.decode().splitlines()
    assert (empty, sitemap) == ("", "Sitemap: http://testserver/sitemap.xml")
    assert agent == "User-agent: *"
    # As RFC 9309 has it; Python's own parser takes the empty query away from a rule.
    forbidden = tuple(rule.removeprefix("Disallow: ") for rule in rules)
    assert path.startswith(forbidden) != is_allowed


def bare_pages() -> list[str]:
    """Make a page of every type from articles that have nothing but a title; return the addresses."""
    topic = make_topic("AI")
    second = make_article([topic], provider=make_provider("b.example"))
    first = make_article([topic], related=[second])
    rebuild_stories()
    story = Story.objects.get(size=2)
    date = first.published_date_time
    fixed = ["/", "/topics/", "/topics/ai/", "/providers/", "/providers/a.example/", "/archive/", "/about/ranking/"]
    return [*fixed, f"/archive/{date:%Y/%m}/", first.get_absolute_url(), story.get_absolute_url()]


def test_every_page_has_one_description_of_its_own_and_one_full_address(client: Client, settings: Settings) -> None:
    settings.SITE_TAGLINE = ""
    descriptions = set()
    pages = bare_pages()
    for path in pages:
        html = client.get(path).content.decode()
        [description] = DESCRIPTION.findall(html)
        assert 20 < len(description) < 200, path
        descriptions.add(description)
        assert CANONICAL.findall(html) == [f"http://testserver{path}"]
    assert len(descriptions) == len(pages)


def test_a_description_that_someone_wrote_is_taken(client: Client, settings: Settings) -> None:
    settings.SITE_TAGLINE = "All the news"
    topic = make_topic("AI", description="Machines that learn")
    provider = make_provider("a.example", description="A paper by the sea")
    article = make_article([topic], provider=provider, excerpt='They said "no" & left')
    expected = {
        "/": "All the news",
        "/topics/ai/": "Machines that learn",
        "/providers/a.example/": "A paper by the sea",
        article.get_absolute_url(): "They said &quot;no&quot; &amp; left",
    }
    for path, description in expected.items():
        assert DESCRIPTION.findall(client.get(path).content.decode()) == [description]
