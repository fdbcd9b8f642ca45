"""Editors see which articles differ from their files, and the lines."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.editorial.edits import edit_articles, editing
from articles.models import Article, ArticleTopic, ContentFolder, RelatedLink
from articles.sync.exports.file_diffs import MAX_LINES, file_diffs
from articles.sync.imports.run import import_paths
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NAME = "_news/2023-09-01-a.md"
FILES = "/admin/articles/article/files/"


@pytest.fixture
def root(tmp_path: Path, write_article: Write) -> Path:
    write_article(NAME, title="'One'  # as it was", topics="[AI, Space]")
    write_article("_news/2023-09-02-b.md", webUrl='"https://a.example/b"')
    import_paths([tmp_path / "site"], lambda root, problem: None)
    return tmp_path / "site"


def article(slug: str = "a") -> Article:
    return Article.objects.select_related("folder", "provider").get(slug=slug)


def changed_lines() -> list[str]:
    (diff,) = file_diffs([article()])
    return [text for kind, text in diff.lines if kind in ("new", "gone")]


def test_the_lines_are_those_of_the_file_that_is_there(root: Path) -> None:
    edit_articles([article().pk], title="Two", heat=71)
    assert changed_lines() == ["-title: 'One'  # as it was", "+title: 'Two'  # as it was", "-heat: 70", "+heat: 71"]
    (diff,) = file_diffs([article()])
    assert (diff.path, diff.is_from_disk, diff.is_new, diff.problems) == (NAME, True, False, [])


def test_without_the_folder_the_lines_are_those_of_what_was_imported(root: Path) -> None:
    edit_articles([article().pk], title="Two", excerpt="", body="Text.", provider=make_provider("b.example", name="B"))
    with editing([article().pk]):
        ArticleTopic.objects.filter(article=article(), topic__name="Space").delete()
        RelatedLink.objects.create(article=article(), target=article("b"))
    root.rename(root.with_name("elsewhere"))
    lines = changed_lines()
    assert {'-title: "One"', '+title: "Two"', "-  - Space", "+Text.", "+  domain: b.example"} <= set(lines)
    assert "+  - https://a.example/b" in lines
    assert not file_diffs([article()])[0].is_from_disk


def test_a_new_article_is_shown_whole_and_a_long_one_is_cut(root: Path) -> None:
    made = make_article(
        [make_topic("AI")], title="Made here", slug="made", body="\n\n".join("line" for _ in range(MAX_LINES))
    )
    (diff,) = file_diffs([article("made")])
    assert (diff.path, diff.is_new, diff.is_cut) == (f"_news/{made.date}-made.md", True, True)
    assert ("new", '+title: "Made here"') in diff.lines
    assert len(diff.lines) == MAX_LINES


def test_what_keeps_an_export_from_writing_is_named(root: Path) -> None:
    edit_articles([article().pk], title="Two")
    (root / NAME).write_text((root / NAME).read_text().replace("heat: 70", "heat: 99"))
    (diff,) = file_diffs([article()])
    assert ([problem.code for problem in diff.problems], diff.lines) == (["W410"], [])
    (root / NAME).unlink()
    (diff,) = file_diffs([article()])
    assert [problem.code for problem in diff.problems] == ["W411"]
    (root / NAME).symlink_to("/etc/passwd")
    (diff,) = file_diffs([article()])
    assert diff.lines == []
    assert diff.problems


def test_the_page_shows_all_that_differ_and_their_lines_are_only_text(root: Path, admin_client: Client) -> None:
    edit_articles([article().pk], title='<script>alert("1")</script>')
    html = admin_client.get(FILES).content.decode()
    assert "<ins>+title: &#x27;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#x27;  # as it was</ins>" in html
    assert "<del>-title: &#x27;One&#x27;  # as it was</del>" in html
    assert "<script>alert" not in html
    assert html.count('class="module file-diff"') == 1
    assert "style=" not in html.split('id="content"')[1]


def test_conflicts_are_to_be_settled_first(root: Path, admin_client: Client) -> None:
    edit_articles([article().pk], title="Two")
    Article.objects.filter(slug="a").update(conflicts={"title": "Three"})
    html = admin_client.get(FILES).content.decode()
    assert f"/admin/articles/article/{article().pk}/conflicts/" in html
    assert "in conflict with an editor: title" in html


def test_an_articles_form_leads_to_its_lines(root: Path, admin_client: Client) -> None:
    edit_articles([article().pk], title="Two")
    form = admin_client.get(f"/admin/articles/article/{article().pk}/change/").content.decode()
    url = f"/admin/articles/article/{article().pk}/file/"
    assert f'href="{url}"' in form
    assert "+title: &#x27;Two&#x27;" in admin_client.get(url).content.decode()
    other = admin_client.get(f"/admin/articles/article/{article('b').pk}/file/").content.decode()
    assert "The file has the same value." in other
    assert FILES in admin_client.get("/admin/articles/article/").content.decode()


def test_the_list_can_be_narrowed_to_what_differs(root: Path, admin_client: Client) -> None:
    make_article(title="Made here", slug="made")
    edit_articles([article().pk], title="Edited")

    def slugs(choice: str) -> set[str]:
        response = admin_client.get("/admin/articles/article/", {"file": choice})
        return set(response.context["cl"].result_list.values_list("slug", flat=True))

    assert (slugs("differs"), slugs("none"), slugs("same")) == ({"a", "made"}, {"made"}, {"b"})


def test_only_those_who_may_see_articles_see_their_files(root: Path, client: Client) -> None:
    user = User.objects.create_user("u", is_staff=True)
    client.force_login(user)
    urls = [FILES, f"/admin/articles/article/{article().pk}/file/"]
    assert [client.get(url).status_code for url in urls] == [403, 403]
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    assert [client.get(url).status_code for url in urls] == [200, 200]


def test_drafts_are_in_no_list_and_pages_have_a_fixed_number_of_queries(
    root: Path, admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_article(title="Draft", slug="draft", published=False, is_draft=True)
    for number in range(25):
        make_article(title=f"New {number}", slug=f"new-{number}")
    admin_client.get(FILES)
    with django_assert_num_queries(30):
        html = admin_client.get(FILES).content.decode()
    assert "Page 1 of 2" in html
    assert "Draft" not in html
    assert "New 0" in admin_client.get(FILES, {"page": "2"}).content.decode()
    ContentFolder.objects.create(path="/nowhere")
    assert admin_client.get(FILES).status_code == 200
