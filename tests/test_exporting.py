"""What editors change goes back to the files, and nothing else is touched."""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.content import saving
from articles.content.addresses import topic_key
from articles.content.columns import normal_body
from articles.content.exporting import Export, ExportReport
from articles.content.files import IMAGE_SUFFIXES, STORY_ADDRESSES_FILE
from articles.content.frontmatter import load, split
from articles.content.house_text import write_file
from articles.content.parsing import parse_article
from articles.editing import edit_articles, editing
from articles.models import Article, ArticleTopic, FileText, RelatedLink
from bench.generate import generate_site
from tests.conftest import SEED_EDITION
from tests.content.records import ARTICLE, BODY
from tests.exports import lines_that_differ, run_export, run_import, snapshot
from tests.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NAME = "_news/2023-09-01-a.md"
NOW = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
ROOT = Path(__file__).resolve().parents[1]


def article(slug: str = "a") -> Article:
    return Article.objects.get(slug=slug)


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


def test_what_is_set_back_after_an_export_is_set_back_in_the_file(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME, title="'Old'  # a note")
    root = tmp_path / "site"
    run_import(root)
    before = snapshot(root)
    edit_articles([article().pk], title="Mine", heat=71)
    run_export(root)
    edit_articles([article().pk], title="Old", heat=70)
    assert article().edited == {}
    assert run_export(root)[0].updated == 1
    assert snapshot(root) == before
    assert run_export(root)[0].paths == []


def test_no_import_of_what_was_exported_undoes_what_was_edited_since(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME, title='"Old"')
    root = tmp_path / "site"
    run_import(root)
    edit_articles([article().pk], title="Mine", provider=make_provider("z.example", name="Zed"))
    run_export(root)
    edit_articles([article().pk], title="Old")
    assert run_import(root) == []
    assert (article().title, article().edited, article().provider.domain) == ("Old", {"title": "Mine"}, "z.example")
    run_export(root)
    text = snapshot(root)[NAME]
    assert (b'title: "Old"\n' in text, b"provider: {name: Zed, domain: z.example}\n" in text) == (True, True)
    assert run_import(root) == []
    assert (article().title, article().edited, article().conflicts) == ("Old", {}, {})


def test_an_export_that_comes_back_late_is_no_conflict(tmp_path: Path, write_article: Write) -> None:
    path = write_article(NAME)
    root, copy = tmp_path / "site", tmp_path / "copy"
    run_import(root)
    (copy / "_news").mkdir(parents=True)
    (copy / NAME).write_bytes(path.read_bytes())
    for title in ("Mine", "Mine again"):
        edit_articles([article().pk], title=title)
        assert run_export(copy)[0].updated == 1
        if title == "Mine":
            exported = (copy / NAME).read_bytes()
    path.write_bytes(exported)
    assert run_import(root) == []
    assert (article().title, article().edited, article().conflicts) == ("Mine again", {"title": "Mine"}, {})
    assert run_export(copy) == (ExportReport(unchanged=1), [])
    assert run_export(root)[0].updated == 1


def test_a_link_to_an_article_with_an_original_address_only_leads_there_again(
    tmp_path: Path, write_article: Write
) -> None:
    write_article(NAME)
    write_article("_news/2023-09-02-b.md", webUrl=None, originalUrl='"https://b.example/video"')
    root = tmp_path / "site"
    run_import(root)
    with editing([article().pk]):
        RelatedLink.objects.create(article=article(), target=article("b"), position=0)
    run_export(root)
    assert b'    originalUrl: "https://b.example/video"\n' in snapshot(root)[NAME]
    assert run_import(root) == []
    assert (list(article().related.all()), article().edited) == ([article("b")], {})


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


# Everything, without the original folder


def files_of(site: Path) -> dict[str, bytes]:
    """Return all that is content of a site, or of a folder of articles: texts, and the images that those name."""
    files = snapshot(site)
    texts = {path: data for path, data in files.items() if path.endswith((".md", ".yaml"))}
    named = {name.decode() for name in re.findall(rb"(?<=[ \"'])/(assets/[^\s\"']+)", b"".join(texts.values()))}
    return texts | {path: data for path, data in files.items() if path in named and path.endswith(IMAGE_SUFFIXES)}


def assert_comes_back(site: Path, out: Path) -> None:
    """Import a site, export everything to another folder, and compare the files."""
    run_import(site)
    out.mkdir()
    report, problems = run_export(out, everything=True)
    before, after = files_of(site), snapshot(out)
    assert (problems, report.created) == ([], len(after))
    after.pop(STORY_ADDRESSES_FILE, None)
    assert [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)] == []


@pytest.mark.parametrize("site", ["seed", "powerapps", "azure-sample", "revisions/v1", "revisions/v2", "revisions/v3"])
def test_real_files_come_back_byte_for_byte_from_the_database_alone(tmp_path: Path, corpora: Path, site: str) -> None:
    assert_comes_back(corpora / site, tmp_path / "out")


def test_the_sample_edition_comes_back_byte_for_byte(tmp_path: Path) -> None:
    assert_comes_back(SEED_EDITION, tmp_path / "out")


def test_files_of_every_style_come_back_byte_for_byte(tmp_path: Path) -> None:
    generate_site(tmp_path / "site", 40, 5)
    other = tmp_path / "site/_news/2023-09-01-other.md"
    other.write_bytes(
        b"\xef\xbb\xbf---\r\n# A note\r\nwebUrl: https://other.example/a\r\ntitle:   'It''s'\r\n\r\n"
        b"provider: {domain: Other.Example}\r\npublishedDateTime: 2023-09-01 12:00:00 +2\r\n"
        b'topics: [ai, AI, "C"]\r\nrelated: []\r\nx: 1e3\r\n---  \r\n\r\n\r\nText.'
    )
    assert_comes_back(tmp_path / "site", tmp_path / "out")


def test_what_editors_changed_is_in_what_comes_from_the_database(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME, excerpt="'Old' # a note")
    run_import(tmp_path / "site")
    edit_articles([article().pk], excerpt="New")
    make_article(title="Made here", slug="made-here")
    out = tmp_path / "out"
    out.mkdir()
    assert run_export(out, everything=True)[0].created == 2
    before, after = snapshot(tmp_path / "site"), snapshot(out)
    assert sorted(after) == ["_news/2023-09-01-a.md", "_news/2023-09-01-made-here.md"]
    assert lines_that_differ(before[NAME], after[NAME]) == {b"excerpt: 'Old' # a note", b"excerpt: 'New' # a note"}


def test_a_file_whose_text_was_never_kept_says_the_same(tmp_path: Path, write_article: Write) -> None:
    write_article(
        NAME, heat=None, images="[{url: 'https://a.example/1.png', width: 1, height: 1}]", stars="{b: 2023-01-02}"
    )
    run_import(tmp_path / "site")
    FileText.objects.all().delete()
    out = tmp_path / "out"
    out.mkdir()
    run_export(out, everything=True)
    said = load(split((out / NAME).read_text()).front_matter).value
    assert said == load(split((tmp_path / "site" / NAME).read_text()).front_matter).value | {
        "category": "news", "type": "article", "heat": 0}  # fmt: skip


def said(path: Path) -> dict[str, Any]:
    """Return what a file says, each topic and each other article of its list once."""
    parsed = parse_article(path.name, path.read_bytes(), NOW)
    assert parsed.record is not None
    record = parsed.record.model_dump(exclude={"related", "topics"})
    own = {parsed.record.web_url, parsed.record.original_url}
    return record | {
        "topics": list(dict.fromkeys(map(topic_key, parsed.record.topics))),
        "related": {entry.address: entry.values for entry in reversed(parsed.entries) if entry.address not in own},
        "body": normal_body(parsed.body),
    }


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ARTICLE, BODY), min_size=1, max_size=4))
def test_any_valid_articles_say_the_same_when_they_come_from_rows_alone(
    tmp_path: Path, articles: list[tuple[dict[str, Any], str]]
) -> None:
    Article.objects.all().delete()
    site, out = (Path(tempfile.mkdtemp(dir=tmp_path)) for _ in range(2))
    for number, article_and_body in enumerate(articles):
        (site / f"2023-09-01-{number}.md").write_bytes(write_file(*article_and_body).encode())
    run_import(site)
    FileText.objects.all().delete()
    assert run_export(out, everything=True)[0].created == len(articles)
    for path in site.iterdir():
        assert said(out / path.name) == said(path)


# Killed


def exporter(database_url: str, action: str, folder: Path) -> str:
    command = [sys.executable, "-m", "tests.exporter", action, str(folder)]
    done = subprocess.run(command, env=os.environ | {"DATABASE_URL": database_url}, capture_output=True, text=True,
                          cwd=ROOT, timeout=300, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_export_killed_at_any_step_leaves_whole_files_and_the_next_one_completes(
    tmp_path: Path, database_url: str
) -> None:
    generate_site(tmp_path / "site", 12, 3)
    (tmp_path / "twin").mkdir()
    shutil.copytree(tmp_path / "site", tmp_path / "twin" / "site")
    exporter(database_url, "prepare", tmp_path / "site")
    kills, wrong, code = map(int, exporter(database_url, "kill", tmp_path / "site").split())
    assert kills > 30
    assert (wrong, code) == (0, 0)
    twin = f"sqlite:///{tmp_path / 'twin' / 'own.sqlite3'}"
    exporter(twin, "prepare", tmp_path / "twin" / "site")
    exporter(twin, "export", tmp_path / "twin" / "site")
    assert snapshot(tmp_path / "site") == snapshot(tmp_path / "twin" / "site")
    assert len(list((tmp_path / "site" / "_news").glob("*made-here*"))) == 3


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

    monkeypatch.setattr(saving.os, "fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        Export(root, lambda problem: None).run()
    assert snapshot(root) == before
    assert FileText.objects.get().exported == []
    monkeypatch.undo()
    assert run_export(root)[0].updated == 1
