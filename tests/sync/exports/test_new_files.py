"""Files of articles that were made here: names, keys, and that an import knows them."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from articles.editorial.edits import edit_articles
from articles.editorial.merging import merge_providers
from articles.models import Article
from tests.support.export_runs import lines_that_differ, run_export, snapshot
from tests.support.factories import make_article, make_provider, make_topic
from tests.support.import_runs import import_problems
from tests.support.rows import article

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NAME = "_news/2023-09-01-a.md"
LONG = "ж" * 150 + " とうきょう" * 30


def test_a_long_title_without_ascii_letters_gives_a_file_that_gives_the_same_address(tmp_path: Path) -> None:
    made, second = (make_article(title=LONG) for _ in range(2))
    for each in (made, second):
        each.slug = ""
        each.make_address()
        each.save()
    addresses = {made.get_absolute_url(), second.get_absolute_url()}
    (tmp_path / "site" / "_news").mkdir(parents=True)
    report, problems = run_export(tmp_path / "site", everything=True)
    assert (len([path for path in report.paths if path.startswith("_news/")]), problems) == (2, [])
    Article.objects.all().delete()
    assert [each for each in import_problems(tmp_path / "site") if "N501" not in each] == []
    assert {each.get_absolute_url() for each in Article.objects.all()} == addresses


def test_names_of_new_files_are_cut_to_fit_whatever_made_them_long(tmp_path: Path) -> None:
    """Addresses made before, domains and topics can all be longer than a file's name."""
    topic = make_topic("京" * 100, slug="京" * 90, description="x", edited=["description"])
    provider = make_provider(".".join([*["b" * 60] * 4, "example"]), name="B", description="x", edited=["description"])
    for number in (1, 2):
        make_article([topic], slug="ж" * 200 + str(number), provider=provider)
    (tmp_path / "site" / "_news").mkdir(parents=True)
    report, problems = run_export(tmp_path / "site", everything=True)
    assert problems == []
    assert len([path for path in report.paths if path.startswith("_news/")]) == 2
    assert {"京", "b"} < {path.rpartition("/")[2].lstrip("0123456789-")[0] for path in report.paths}
    assert max(len(path.rpartition("/")[2].encode()) for path in snapshot(tmp_path / "site")) <= 255


def test_keys_of_new_files_stand_in_the_order_of_real_ones(tmp_path: Path) -> None:
    make_article(slug="a", quality=5, removed=True)
    (tmp_path / "site" / "_news").mkdir(parents=True)
    run_export(tmp_path / "site", everything=True)
    [text] = [data.decode() for path, data in snapshot(tmp_path / "site").items() if path.startswith("_news/")]
    keys = [line.partition(":")[0] for line in text.splitlines()]
    start = keys.index("quality")
    assert keys[start : start + 4] == ["quality", "heat", "removed", "published"]


def test_an_article_made_here_gets_a_file_that_an_import_knows_it_by(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    time = dt.datetime(2024, 2, 3, 4, 5, tzinfo=dt.UTC)
    made = make_article([make_topic("AI")], title='Said: "yes"', slug="said-yes", published_date_time=time, body="Text.",
                        related=[article()])  # fmt: skip
    report, problems = run_export(root)
    assert (report.paths, problems) == (["_news/2024-02-03-said-yes.md"], [])
    text = snapshot(root)["_news/2024-02-03-said-yes.md"].decode()
    assert text.startswith(
        'category: news\ntitle: "Said: \\"yes\\""\nexcerpt: ""\npublishedDateTime: 2024-02-03T04:05:00Z\n', 4
    )
    assert text.endswith("    quality: 50\n---\n\nText.\n")
    assert import_problems(root) == []
    assert Article.objects.filter(is_reference=False).count() == 2
    made.refresh_from_db()
    assert (made.source_path, made.edited, made.body) == ("_news/2024-02-03-said-yes.md", {}, "Text.")
    assert run_export(root)[0].paths == []


def test_a_draft_gets_no_file_before_it_is_published(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    draft = make_article(title="Draft", slug="draft", is_draft=True, published=False)
    assert run_export(root)[0].paths == []
    Article.objects.filter(pk=draft.pk).update(is_draft=False, published=True)
    assert run_export(root)[0].created == 1


def test_the_domain_that_a_file_gives_stays_when_its_provider_is_merged(
    tmp_path: Path, write_article: Write, admin_user: User
) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    before = snapshot(root)[NAME]
    merge_providers(admin_user, article().provider, make_provider("heir.example"))
    assert article().provider.domain == "heir.example"
    edit_articles([article().pk], heat=71)
    assert run_export(root)[0].updated == 1
    assert lines_that_differ(before, snapshot(root)[NAME]) == {b"heat: 70", b"heat: 71"}
    run_export(tmp_path / "all", everything=True)
    assert b"heir.example" not in snapshot(tmp_path / "all")[NAME]


def test_a_name_that_a_file_has_already_is_not_taken(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    (root / "_news/2023-09-01-x.md").write_text("somebody's draft")
    make_article(title="X", slug="x")
    assert run_export(root)[0].paths == ["_news/2023-09-01-x-2.md"]
    assert (root / "_news/2023-09-01-x.md").read_text() == "somebody's draft"


@pytest.mark.parametrize("slug", ["..", "a-b", "con"])
def test_no_slug_leads_a_file_elsewhere(tmp_path: Path, slug: str) -> None:
    root = tmp_path / "site"
    (root / "_news").mkdir(parents=True)
    make_article(slug=slug)
    run_export(root)
    assert [path.parent for path in tmp_path.rglob("*.md")] == [root / "_news"]
