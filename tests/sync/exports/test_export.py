"""What editors change goes back to the files, and nothing else is touched."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from articles.content.columns import normal_body
from articles.content.layout import GROWN_FILES
from articles.content.parsing import parse_article
from articles.editorial.edits import edit_articles, editing
from articles.models import Article, ArticleTopic, RelatedLink
from articles.sync.exports import atomic_files
from articles.sync.exports.export import Export
from articles.sync.exports.folder import ExportReport
from tests.support.export_runs import lines_that_differ, run_export, snapshot
from tests.support.factories import make_article, make_provider, make_topic
from tests.support.import_runs import import_problems
from tests.support.rows import article

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NAME = "_news/2023-09-01-a.md"
NOW = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


def test_only_the_lines_of_what_an_editor_changed_differ(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME, excerpt="'Old' # a note", stars="5")
    other = write_article("_news/2023-09-02-b.md", webUrl='"https://a.example/b"')
    root = tmp_path / "site"
    import_problems(root)
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


@pytest.mark.parametrize(
    ("written", "edited"),
    [
        ("2023-09-01 15:40:00 -0700", b"2023-10-02 01:05:00 -0700"),
        ('"2023-09-01T15:40"', b'"2023-10-02T08:05"'),
        ("2023-09-01 15:40:00+02:00", b"2023-10-02 10:05:00+02:00"),
        ("2023-09-01", b"2023-10-02T08:05:00Z"),
    ],
)
def test_an_edited_time_keeps_the_form_of_its_file(
    tmp_path: Path, write_article: Write, written: str, edited: bytes
) -> None:
    write_article(NAME, publishedDateTime=written)
    root = tmp_path / "site"
    import_problems(root)
    before = snapshot(root)
    time = dt.datetime(2023, 10, 2, 8, 5, tzinfo=dt.UTC)
    edit_articles([article().pk], published_date_time=time)
    assert run_export(root)[1] == []
    old = b"publishedDateTime: " + written.encode()
    assert lines_that_differ(before[NAME], snapshot(root)[NAME]) == {old, b"publishedDateTime: " + edited}
    import_problems(root)
    assert (article().published_date_time, article().edited) == (time, {})


@pytest.mark.parametrize("site", ["seed", "powerapps", "azure-sample", "revisions/v1", "revisions/v2", "revisions/v3"])
def test_every_real_file_comes_back_byte_for_byte(corpora: Path, tmp_path: Path, site: str) -> None:
    files = snapshot(corpora / site)
    import_problems(corpora / site)
    out = tmp_path / "out"
    out.mkdir()
    report, problems = run_export(out, everything=True)
    written = snapshot(out)
    assert (report.created, problems) == (len(written), [])
    # How stories came to be stands in no file of a crawler's.
    assert {name for name in files if name.endswith((".md", ".yaml"))} == {
        name for name in written if name.endswith((".md", ".yaml")) and name not in GROWN_FILES
    }
    assert [name for name in files.keys() & written.keys() if written[name] != files[name]] == []


def test_a_second_export_writes_nothing_and_an_import_finds_what_is_there(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    edit_articles([article().pk], title="Mine")
    run_export(root)
    after = snapshot(root)
    report, problems = run_export(root)
    assert (report.updated, report.unchanged, problems) == (0, 1, [])
    assert import_problems(root) == []
    assert (article().title, article().edited) == ("Mine", {})
    assert run_export(root)[0].paths == []
    assert snapshot(root) == after


def test_what_is_changed_again_before_the_next_import_is_written_too(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
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
    import_problems(root)
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
    assert import_problems(root) == []
    after = Article.objects.values().get(slug="a")
    assert after["edited"] == {}
    for name in ("provider_id", "removed", "title", "published_date_time", "web_url"):
        assert after[name] == before[name]
    assert list(article().related.order_by("incoming_links__position").values_list("web_url", flat=True)) == [
        "https://b.example/2", "https://c.example/x"]  # fmt: skip


def test_a_file_that_changed_meanwhile_is_a_problem_and_stays(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    edit_articles([article().pk], title="Mine")
    write_article(NAME, quality=51)
    before = snapshot(root)
    report, problems = run_export(root)
    assert problems == [f"{NAME}: changed since it was imported; import it first [warning W410]"]
    assert (report.updated, snapshot(root)) == (0, before)
    import_problems(root)
    assert run_export(root)[0].updated == 1
    assert (b"quality: 51\n" in snapshot(root)[NAME], b'title: "Mine"\n' in snapshot(root)[NAME]) == (True, True)


def test_a_conflict_must_be_settled_before_anything_of_it_is_written(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    edit_articles([article().pk], title="Mine")
    write_article(NAME, title='"Theirs"')
    import_problems(root)
    before = snapshot(root)
    assert run_export(root)[1] == [
        f"{NAME}: in conflict with an editor: title; resolve it in the admin first [warning W410]"
    ]
    assert snapshot(root) == before


def test_a_file_that_has_gone_is_named(tmp_path: Path, write_article: Write) -> None:
    path = write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    edit_articles([article().pk], title="Mine")
    path.unlink()
    assert run_export(root)[1] == [f"{NAME}: the file has gone; what an editor changed is not written [warning W411]"]
    assert snapshot(root) == {}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, write_article: Write) -> None:
    path = write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    edit_articles([article().pk], title="Mine")
    outside = tmp_path / "outside.md"
    path.rename(outside)
    path.symlink_to(outside)
    before = outside.read_bytes()
    _, problems = run_export(root)
    assert problems == [f"{NAME}: cannot be written: {NAME} leads out of the folder [error E110]"]
    assert outside.read_bytes() == before


def test_articles_of_another_imported_folder_are_not_written_here(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "site" / "2023-09-01-a.md").rename(other / "2023-09-01-b.md")
    write_article("2023-09-01-a.md", webUrl='"https://a.example/2"')
    import_problems(tmp_path / "site", other)
    edit_articles([article("b").pk], title="Mine")
    assert run_export(tmp_path / "site") == (ExportReport(), [])
    assert run_export(other)[0].updated == 1


def test_a_copy_of_the_folder_can_be_written_and_imports_go_on_from_the_original(
    tmp_path: Path, write_article: Write
) -> None:
    write_article(NAME)
    root, copy = tmp_path / "site", tmp_path / "copy"
    import_problems(root)
    (copy / "_news").mkdir(parents=True)
    (copy / NAME).write_bytes((root / NAME).read_bytes())
    edit_articles([article().pk], title="Mine")
    assert run_export(copy)[0].updated == 1
    assert import_problems(root) == []
    assert article().title == "Mine"
    (root / NAME).write_bytes((copy / NAME).read_bytes())
    import_problems(root)
    assert (article().title, article().edited) == ("Mine", {})


def test_a_whole_export_names_files_so_that_articles_keep_their_addresses(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    write_article("_news/sub/untitled.md", title='"Untitled"', webUrl='"https://a.example/u"')
    write_article("_news/sub/other.md", title='"Other"', webUrl='"https://a.example/o"')
    root, out = tmp_path / "site", tmp_path / "out"
    import_problems(root)
    Article.objects.filter(slug="a").update(slug="b", date="2023-09-02")
    edit_articles([article("untitled").pk], title="Titled")
    out.mkdir()
    paths = {"_news/2023-09-02-b.md", "_news/sub/2023-09-01-untitled.md", "_news/sub/other.md"}
    assert set(run_export(out, everything=True)[0].paths) == paths
    assert run_export(out, everything=True)[0].paths == []
    addresses = set(Article.objects.values_list("date", "slug"))
    assert article("b").source_path == NAME
    Article.objects.all().delete()
    import_problems(out)
    assert set(Article.objects.values_list("date", "slug")) == addresses


def test_what_fails_on_the_way_leaves_files_and_rows_as_they_were(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
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
    import_problems(site)
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
