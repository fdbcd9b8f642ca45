"""What editors change goes back to the files, and nothing else is touched."""

import datetime as dt
import os
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from articles.content.columns import normal_body
from articles.content.parsing import parse_article
from articles.content.problems import Problem
from articles.editorial.edits import edit_articles, editing
from articles.editorial.merging import merge_providers
from articles.models import Article, ArticleTopic, RelatedLink
from articles.sync.exports import atomic_files
from articles.sync.exports.export import Export, ExportReport
from articles.sync.imports.run import import_paths
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NAME = "_news/2023-09-01-a.md"
NOW = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


def run_import(*paths: Path) -> list[str]:
    problems: list[str] = []
    import_paths(paths, lambda root, problem: problems.append(str(problem)))
    return problems


def run_export(root: Path, everything: bool = False) -> tuple[ExportReport, list[str]]:
    problems: list[Problem] = []
    report = Export(root, problems.append, everything).run()
    return report, [str(problem) for problem in problems]


def article(slug: str = "a") -> Article:
    return Article.objects.get(slug=slug)


def snapshot(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def lines_that_differ(before: bytes, after: bytes) -> set[bytes]:
    return set(before.splitlines()) ^ set(after.splitlines())


def test_only_the_lines_of_what_an_editor_changed_differ(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME, excerpt="'Old' # a note", stars="5")
    other = write_article("_news/2023-09-02-b.md", webUrl='"https://a.example/b"')
    root = tmp_path / "site"
    run_import(root)
    before, status = snapshot(root), other.stat()
    edit_articles([article().pk], excerpt="New", heat=71, published=False)
    report, problems = run_export(root)
    assert (report.created, report.updated, problems) == (0, 1, [])
    after = snapshot(root)
    assert lines_that_differ(before[NAME], after[NAME]) == {
        *(b"excerpt: 'Old' # a note", b"excerpt: 'New' # a note"),
        *(b"heat: 70", b"heat: 71", b"published: true", b"published: false"),
    }
    assert (other.stat().st_ino, other.stat().st_mtime_ns) == (status.st_ino, status.st_mtime_ns)
    assert before.keys() == after.keys()


@pytest.mark.parametrize("site", ["seed", "powerapps", "azure-sample", "revisions/v1", "revisions/v2", "revisions/v3"])
def test_every_real_file_comes_back_byte_for_byte(corpora: Path, tmp_path: Path, site: str) -> None:
    files = snapshot(corpora / site)
    run_import(corpora / site)
    out = tmp_path / "out"
    out.mkdir()
    report, problems = run_export(out, everything=True)
    written = snapshot(out)
    assert (report.created, problems) == (len(written), [])
    # Stories' numbers stand in no file of a crawler's.
    assert {name for name in files if name.endswith((".md", ".yaml"))} == {
        name for name in written if name.endswith((".md", ".yaml")) and name != "_data/story-addresses.yaml"
    }
    assert [name for name in files.keys() & written.keys() if written[name] != files[name]] == []


def test_a_second_export_writes_nothing_and_an_import_finds_what_is_there(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
    edit_articles([article().pk], title="Mine")
    run_export(root)
    after = snapshot(root)
    report, problems = run_export(root)
    assert (report.updated, report.unchanged, problems) == (0, 1, [])
    assert run_import(root) == []
    assert (article().title, article().edited) == ("Mine", {})
    assert run_export(root)[0].paths == []
    assert snapshot(root) == after


def test_what_is_changed_again_before_the_next_import_is_written_too(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
    for title in ("Mine", "Mine again"):
        edit_articles([article().pk], title=title)
        report, problems = run_export(root)
        assert (report.updated, problems) == (1, [])
        assert f'title: "{title}"\n'.encode() in snapshot(root)[NAME]


def test_topics_related_links_provider_and_withdrawal_go_back_to_the_file(tmp_path: Path, write_article: Write) -> None:
    entry = {"title": '"One"', "publishedDateTime": "2023-08-31T00:00:00Z", "webUrl": '"https://b.example/1"',
             "provider": "{name: B, domain: b.example}"}  # fmt: skip
    write_article(NAME, topics="[AI, Space]", related=[entry, entry | {"webUrl": '"https://b.example/2"'}])
    root = tmp_path / "site"
    run_import(root)
    made = make_article(title="Made here", web_url="https://c.example/x", quality=7)
    target = article()
    with editing([target.pk]):
        ArticleTopic.objects.filter(article=target).delete()
        ArticleTopic.objects.create(article=target, topic=make_topic("Sea"), position=0)
        RelatedLink.objects.filter(article=target, position=0).delete()
        RelatedLink.objects.create(article=target, target=made, position=5)
    edit_articles([target.pk], provider=make_provider("z.example", name="Zed"), removed=True)
    assert run_export(root)[1] == []
    text = snapshot(root)[NAME].decode()
    assert "topics: [Sea]\n" in text
    assert "provider: {name: Zed, domain: z.example}\n" in text
    assert "removed: true\n" in text
    assert text.count("https://b.example/") == 1
    assert 'webUrl: "https://b.example/2"' in text
    assert '    webUrl: "https://c.example/x"\n' in text
    before = Article.objects.values().get(slug="a")
    Article.objects.filter(pk=made.pk).update(source_path="elsewhere.md")
    assert run_import(root) == []
    after = Article.objects.values().get(slug="a")
    assert after["edited"] == {}
    for name in ("provider_id", "removed", "title", "published_date_time", "web_url"):
        assert after[name] == before[name]
    assert list(article().related.order_by("incoming_links__position").values_list("web_url", flat=True)) == [
        "https://b.example/2", "https://c.example/x"]  # fmt: skip


def test_a_file_that_changed_meanwhile_is_a_problem_and_stays(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
    edit_articles([article().pk], title="Mine")
    write_article(NAME, quality=51)
    before = snapshot(root)
    report, problems = run_export(root)
    assert problems == [f"{NAME}:1: changed since it was imported; import it first [warning W410]"]
    assert (report.updated, snapshot(root)) == (0, before)
    run_import(root)
    assert run_export(root)[0].updated == 1
    assert (b"quality: 51\n" in snapshot(root)[NAME], b'title: "Mine"\n' in snapshot(root)[NAME]) == (True, True)


def test_a_conflict_must_be_settled_before_anything_of_it_is_written(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
    edit_articles([article().pk], title="Mine")
    write_article(NAME, title='"Theirs"')
    run_import(root)
    before = snapshot(root)
    assert run_export(root)[1] == [
        f"{NAME}:1: in conflict with an editor: title; settle it in the admin first [warning W410]"
    ]
    assert snapshot(root) == before


def test_a_file_that_has_gone_is_named(tmp_path: Path, write_article: Write) -> None:
    path = write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
    edit_articles([article().pk], title="Mine")
    path.unlink()
    assert run_export(root)[1] == [f"{NAME}:1: the file has gone; what an editor changed is not written [warning W411]"]
    assert snapshot(root) == {}


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
    assert (len(report.paths), problems) == (2, [])
    Article.objects.all().delete()
    assert [each for each in run_import(tmp_path / "site") if "N501" not in each] == []
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
    run_import(root)
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
    assert run_import(root) == []
    assert Article.objects.filter(is_reference=False).count() == 2
    made.refresh_from_db()
    assert (made.source_path, made.edited, made.body) == ("_news/2024-02-03-said-yes.md", {}, "Text.")
    assert run_export(root)[0].paths == []


def test_a_draft_gets_no_file_before_it_is_published(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
    draft = make_article(title="Draft", slug="draft", is_draft=True, published=False)
    assert run_export(root)[0].paths == []
    Article.objects.filter(pk=draft.pk).update(is_draft=False, published=True)
    assert run_export(root)[0].created == 1


def test_the_domain_that_a_file_gives_stays_when_its_provider_is_merged(
    tmp_path: Path, write_article: Write, admin_user: User
) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
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
    run_import(root)
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


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, write_article: Write) -> None:
    path = write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
    edit_articles([article().pk], title="Mine")
    outside = tmp_path / "outside.md"
    path.rename(outside)
    path.symlink_to(outside)
    before = outside.read_bytes()
    _, problems = run_export(root)
    assert problems == [f"{NAME}:1: cannot be written: {NAME} leads out of the folder [error E110]"]
    assert outside.read_bytes() == before


def test_articles_of_another_imported_folder_are_not_written_here(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "site" / "2023-09-01-a.md").rename(other / "2023-09-01-b.md")
    write_article("2023-09-01-a.md", webUrl='"https://a.example/2"')
    run_import(tmp_path / "site", other)
    edit_articles([article("b").pk], title="Mine")
    assert run_export(tmp_path / "site") == (ExportReport(), [])
    assert run_export(other)[0].updated == 1


def test_a_copy_of_the_folder_can_be_written_and_imports_go_on_from_the_original(
    tmp_path: Path, write_article: Write
) -> None:
    write_article(NAME)
    root, copy = tmp_path / "site", tmp_path / "copy"
    run_import(root)
    (copy / "_news").mkdir(parents=True)
    (copy / NAME).write_bytes((root / NAME).read_bytes())
    edit_articles([article().pk], title="Mine")
    assert run_export(copy)[0].updated == 1
    assert run_import(root) == []
    assert article().title == "Mine"
    (root / NAME).write_bytes((copy / NAME).read_bytes())
    run_import(root)
    assert (article().title, article().edited) == ("Mine", {})


def test_a_whole_export_names_files_so_that_articles_keep_their_addresses(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    write_article("_news/sub/untitled.md", title='"Untitled"', webUrl='"https://a.example/u"')
    write_article("_news/sub/other.md", title='"Other"', webUrl='"https://a.example/o"')
    root, out = tmp_path / "site", tmp_path / "out"
    run_import(root)
    Article.objects.filter(slug="a").update(slug="b", date="2023-09-02")
    edit_articles([article("untitled").pk], title="Titled")
    out.mkdir()
    paths = {"_news/2023-09-02-b.md", "_news/sub/2023-09-01-untitled.md", "_news/sub/other.md"}
    assert set(run_export(out, everything=True)[0].paths) == paths
    assert run_export(out, everything=True)[0].paths == []
    addresses = set(Article.objects.values_list("date", "slug"))
    assert article("b").source_path == NAME
    Article.objects.all().delete()
    run_import(out)
    assert set(Article.objects.values_list("date", "slug")) == addresses


# The command


def command(*arguments: object) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command("export_articles", *map(str, arguments), stdout=output)
    except SystemExit as end:
        return int(str(end.code)), output.getvalue()
    return 0, output.getvalue()


def test_a_dry_run_prints_a_diff_and_writes_nothing(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
    edit_articles([article().pk], title="Mine")
    before = snapshot(root)
    code, output = command("--dry-run", root)
    assert code == 0
    assert f"--- a/{NAME}\n+++ b/{NAME}\n" in output
    assert '\n-title: "A title"\n+title: "Mine"\n' in output
    assert output.endswith("1 file to write\n")
    assert snapshot(root) == before
    (tmp_path / "patch").write_text(output.rpartition("1 file")[0])
    subprocess.run(
        ["git", "apply", "--check", "../patch"], cwd=root, check=True, env={**os.environ, "GIT_DIR": "/nowhere"}
    )


def test_a_check_tells_whether_there_is_something_to_write(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
    assert command("--check", root) == (0, "0 files to write\n")
    edit_articles([article().pk], title="Mine")
    code, output = command("--check", root)
    assert (code, output.splitlines()[-1]) == (1, "1 file to write")
    assert output.splitlines()[0].endswith(NAME)
    assert command(root) == (0, "written new 0, changed 1, unchanged 0, problems: 0 errors, 0 warnings, 0 notes\n")
    assert command("--check", root) == (0, "0 files to write\n")


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no folder"):
        call_command("export_articles", str(tmp_path / "nowhere"))


def test_what_fails_on_the_way_leaves_files_and_rows_as_they_were(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    run_import(root)
    edit_articles([article().pk], title="Mine")
    before = snapshot(root)

    def fail(*arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(atomic_files.os, "fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        Export(root, lambda problem: None).run()
    assert snapshot(root) == before
    assert article().exported_digest == ""
    monkeypatch.undo()
    assert run_export(root)[0].updated == 1


def test_a_file_of_another_style_says_the_same_from_rows_and_stays_as_it_is_otherwise(tmp_path: Path) -> None:
    data = (
        b"\xef\xbb\xbf---\r\n# A note\r\nwebUrl: https://other.example/a\r\ntitle:   'It''s'\r\n\r\n"
        b"provider: {domain: Other.Example}\r\npublishedDateTime: 2023-09-01 12:00:00 +2\r\n"
        b'topics: [ai, AI, "C"]\r\nrelated: []\r\nx: 1e3\r\nlists: [[1, {a: ~}], "#"]\r\n---  \r\n\r\n\r\nText.'
    )
    site, out = tmp_path / "site", tmp_path / "out"
    for folder in (site / "_news", out):
        folder.mkdir(parents=True)
    (site / NAME).write_bytes(data)
    run_import(site)
    assert run_export(site)[0].paths == []
    assert run_export(out, everything=True)[1] == []
    first, second = (parse_article(NAME, (folder / NAME).read_bytes(), NOW) for folder in (site, out))
    assert first.record is not None
    assert second.record == first.record.model_copy(update={"topics": ["ai", "C"]})
    assert normal_body(second.body) == normal_body(first.body) == "Text."
    edit_articles([article().pk], heat=99)
    assert run_export(site)[0].paths == [NAME]
    assert lines_that_differ(data, (site / NAME).read_bytes()) == {b"heat: 99"}
    assert run_export(site, everything=True)[0].paths == []
