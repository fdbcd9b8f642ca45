"""Articles, stories and topics as Markdown, with the same rules of what is listed as their pages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Story
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


def site() -> tuple[Article, Story]:
    topic = make_topic("AI")
    hidden = make_article([topic], published=False, title="Unlisted", provider=make_provider("c.example"))
    second = make_article([topic], title="Second", provider=make_provider("b.example"))
    first = make_article(
        [topic], related=[second, hidden], title="A *b* [c](d)", excerpt="About.", body="Some **text**.", quality=90
    )
    return first, Story.objects.get(size__gt=1)


def markdown(client: Client, page: str) -> str:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"{page.rstrip('/')}.md")
    assert (response.status_code, response["Content-Type"]) == (200, "text/markdown; charset=utf-8")
    assert response["Link"] == f'<{HOST}{page}>; rel="canonical"'
    assert response["X-Robots-Tag"] == "noindex"
    assert len(queries) <= 5
    return response.content.decode()


def test_an_article_has_its_facts_and_the_text_of_its_file(client: Client) -> None:
    article, _story = site()
    blocks = markdown(client, article.get_absolute_url()).split("\n\n")
    assert blocks[0] == r"# A \*b\* \[c\](d)"
    assert f"<{article.web_url}>" in blocks[1]
    assert blocks[2:] == [f"[AI](<{HOST}/topics/ai/>)", "About.", "Some **text**.\n"]


def test_a_story_has_the_accounts_that_have_a_page(client: Client) -> None:
    _article, story = site()
    text = markdown(client, story.get_absolute_url())
    assert "[Second]" in text
    assert "Unlisted" not in text


def test_a_topic_lists_its_articles_page_by_page(client: Client, settings: object) -> None:
    settings.PAGE_SIZE = 1  # type: ignore[attr-defined]
    site()
    first = markdown(client, "/topics/ai/")
    assert f"Next: <{HOST}/topics/ai.md?page=2>" in first
    both = first + client.get("/topics/ai.md?page=2").content.decode()
    assert "[Second]" in both
    assert "Unlisted" not in both


@pytest.mark.parametrize("change", [{"published": False}, {"removed": True}, {"file_missing": True}])
def test_what_is_hidden_has_no_markdown(client: Client, change: dict[str, bool]) -> None:
    article, _story = site()
    Article.objects.filter(pk=article.pk).update(**change)
    assert client.get(f"{article.get_absolute_url().rstrip('/')}.md").status_code == 404
    for path in ("/stories/99999-x.md", "/topics/none.md", "/2023/02/30/x.md"):
        assert client.get(path).status_code == 404


def test_llms_txt_leads_to_the_topics(client: Client) -> None:
    site()
    make_topic("Empty")
    text = client.get("/llms.txt").content.decode()
    assert text.startswith("# Newsreader\n")
    assert f"[AI](<{HOST}/topics/ai.md>)" in text
    assert "Empty" not in text
