"""Articles without a link, whose text is in the file, are like all others: related, in stories, search and feeds."""

from pathlib import Path

import pytest
from django.test import Client

from articles.editorial.edits import editing
from articles.models import Article, RelatedLink, Story
from articles.stories import update_marked_stories
from tests.support.export_runs import run_export
from tests.support.import_runs import import_problems

pytestmark = pytest.mark.django_db


def post(title: str, rest: str = "", text: str = "Text.") -> str:
    return f"---\ntitle: {title}\ndate: 2024-08-08T10:00:00Z\n{rest}---\n{text}\n"


def entry(title: str, address: str) -> str:
    provider = "provider: {domain: harbour.example}"
    return f"  - title: {title}\n    publishedDateTime: 2024-08-08T10:00:00Z\n    webUrl: {address}\n    {provider}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_config.yml").write_text("title: Harbour\nurl: https://harbour.example\n")
    return tmp_path


def write(root: Path, slug: str, text: str) -> None:
    (root / "_posts" / f"2024-08-08-{slug}.md").write_text(text)


@pytest.mark.parametrize("address", ["/2024/08/08/two/", "/2024/08/08/two", "/old/two.html"])
@pytest.mark.parametrize("is_first", [True, False])
def test_related_lists_lead_to_own_articles_by_their_pages(root: Path, address: str, is_first: bool) -> None:
    two, one = post("Two", "permalink: /old/two.html\n"), post("One", f"related:\n{entry('Two', f'https://harbour.example{address}')}")  # fmt: skip
    for slug, text in (("two", two), ("one", one))[:: 1 if is_first else -1]:
        write(root, slug, text)
        assert [problem for problem in import_problems(root) if "[error" in problem] == []
    link = RelatedLink.objects.get(article__slug="one")
    assert (link.target.slug, link.target.is_reference) == ("two", False)
    assert Article.objects.count() == 2
    update_marked_stories()
    assert Story.objects.get(size=2)


def test_a_page_of_another_site_is_no_own_article(root: Path) -> None:
    write(root, "two", post("Two"))
    write(root, "one", post("One", f"related:\n{entry('Two', 'https://other.example/2024/08/08/two/')}"))
    import_problems(root)
    assert RelatedLink.objects.get(article__slug="one").target.is_reference


def test_what_an_editor_relates_goes_to_the_file_and_back(root: Path) -> None:
    for slug in ("one", "two", "three"):
        write(root, slug, post(slug))
    import_problems(root)
    one, two = Article.objects.get(slug="one"), Article.objects.get(slug="two")
    with editing([one.pk]):
        RelatedLink.objects.create(article=one, target=two)
    assert run_export(root)[1] == []
    assert [problem for problem in import_problems(root) if "[error" in problem] == []
    one.refresh_from_db()
    assert (one.edited, one.conflicts) == ({}, {})
    assert list(one.related.values_list("slug", flat=True)) == ["two"]
    with editing([one.pk]):
        RelatedLink.objects.filter(article=one).update(target=Article.objects.get(slug="three"), entry=None)
    assert run_export(root)[1] == []
    import_problems(root)
    assert list(one.related.values_list("slug", flat=True)) == ["three"]


def test_they_are_found_and_fed_with_their_pages(root: Path, client: Client) -> None:
    write(root, "one", post("Night ferry", "tags: [Harbour]\n", "The quay was lit by lanterns."))
    import_problems(root)
    page = "/2024/08/08/one/"
    assert page in client.get("/search/?q=ferry").content.decode()
    for address in ("/", "/topics/harbour/", "/providers/harbour.example/", "/topics/harbour/feed.rss", "/sitemap.xml"):
        assert client.get(address).status_code == 200
    for form in ("rss", "atom", "json"):
        feed = client.get(f"/topics/harbour/feed.{form}").content.decode()
        assert page in feed
        assert 'url=""' not in feed
        assert 'href=""' not in feed
    markdown = client.get(page.rstrip("/") + ".md").content.decode()
    assert "lanterns" in markdown
    assert "<>" not in markdown
