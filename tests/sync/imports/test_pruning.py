"""What imports take for gone, and for moved: only what is known to be."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, ImportRun
from articles.sync.imports import missing
from tests.support.import_runs import run_import

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def withdrawn() -> list[str | None]:
    return list(Article.objects.filter(file_missing=True).order_by("source_path").values_list("source_path", flat=True))


def write_many(write: Write, count: int) -> None:
    for number in range(count):
        write(f"_news/2023-09-01-{number:03}.md", webUrl=f'"https://a.example/{number}"')


def test_nothing_below_a_folder_that_cannot_be_read_is_withdrawn(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article("_news/closed/2023-09-01-a.md")
    write_article("_news/2023-09-02-b.md", webUrl='"https://a.example/b"')
    run_import(tmp_path / "site")
    (tmp_path / "site/_news/2023-09-02-b.md").unlink()
    scandir = os.scandir

    def refuse(path: str) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr("articles.content.files.os.scandir", refuse)
    report, problems = run_import(tmp_path / "site", prune=True)
    assert withdrawn() == ["_news/2023-09-02-b.md"]
    assert report.missing == 1
    assert "_news/closed: cannot be read: Permission denied [error E101]" in problems


@pytest.mark.parametrize("folder", ["_news", "."])
def test_a_folder_that_is_empty_all_at_once_withdraws_nothing(
    tmp_path: Path, write_article: Write, folder: str
) -> None:
    write_many(write_article, 30)
    run_import(tmp_path / "site")
    shutil.rmtree(tmp_path / "site/_news")
    (tmp_path / "site" / folder).mkdir(exist_ok=True)
    report, problems = run_import(tmp_path / "site", prune=True)
    assert withdrawn() == []
    assert (report.missing, report.exit_code > 0) == (30, True)
    said = "the files of 30 of 30 articles have gone; none is withdrawn unless --prune-all says so [error E109]"
    assert [problem for problem in problems if "E109" in problem] == [f"{folder}: {said}"]
    assert "kept" in next(problem for problem in problems if "W407" in problem)


@pytest.mark.parametrize(("gone", "of", "expected"), [(20, 20, 20), (21, 210, 21), (21, 209, 0)])
def test_up_to_a_tenth_or_twenty_are_withdrawn(
    tmp_path: Path, write_article: Write, gone: int, of: int, expected: int
) -> None:
    write_many(write_article, of)
    run_import(tmp_path / "site")
    for number in range(gone):
        (tmp_path / f"site/_news/2023-09-01-{number:03}.md").unlink()
    run_import(tmp_path / "site", prune=True)
    assert len(withdrawn()) == expected


def test_more_are_withdrawn_when_that_is_meant(tmp_path: Path, write_article: Write) -> None:
    write_many(write_article, 30)
    run_import(tmp_path / "site")
    shutil.rmtree(tmp_path / "site/_news")
    (tmp_path / "site/_news").mkdir()
    with pytest.raises(SystemExit):
        call_command("import_articles", "--prune-all", "--quiet", tmp_path / "site")
    assert len(withdrawn()) == 30


def test_decisions_stay_when_all_files_have_gone(tmp_path: Path, write_article: Write) -> None:
    from articles.models import Pin

    write_many(write_article, 30)
    pins = tmp_path / "site/_data/pins.yaml"
    pins.parent.mkdir()
    pins.write_text(
        "pins:\n  - article: _news/2023-09-01-001.md\n    starts: 2023-09-01T00:00:00Z\n"
        '    ends: 2123-09-01T00:00:00Z\n    reason: "Read this"\n'
    )
    run_import(tmp_path / "site")
    assert Pin.objects.count() == 1
    shutil.rmtree(tmp_path / "site")
    (tmp_path / "site/_news").mkdir(parents=True)
    run_import(tmp_path / "site", prune=True)
    assert Pin.objects.count() == 1


def test_a_file_that_is_there_but_is_not_taken_has_not_gone(tmp_path: Path, write_article: Write) -> None:
    file = write_article("_news/2023-09-01-a.md")
    run_import(tmp_path / "site")
    outside = tmp_path / "outside.md"
    file.rename(outside)
    file.symlink_to(outside)
    report, problems = run_import(tmp_path / "site", prune=True)
    assert (report.missing, withdrawn()) == (0, [])
    assert [problem.rpartition(" ")[2] for problem in problems] == ["E104]"]


def test_a_file_equal_to_one_that_stands_in_another_folder_is_another_article(
    tmp_path: Path, write_article: Write
) -> None:
    file = write_article("2023-09-01-first.md")
    run_import(tmp_path / "site")
    other = tmp_path / "other/2023-10-10-second.md"
    other.parent.mkdir()
    shutil.copy(file, other)
    report, _ = run_import(tmp_path / "other")
    assert (report.created, report.moved) == (1, 0)
    assert Article.objects.filter(source_path="2023-09-01-first.md").count() == 1
    file.unlink()
    third = tmp_path / "third/2023-11-11-third.md"
    third.parent.mkdir()
    shutil.copy(other, third)
    other.unlink()
    report, _ = run_import(tmp_path / "third")
    assert (report.created, report.moved) == (0, 1)


def test_files_that_stay_out_are_counted(
    tmp_path: Path, write_article: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write_article("2023-09-01-a.md")
    write_article("2023-09-02-b.md", heat='"7\\u202e"')
    write_article("sub/2023-09-01-a.md", webUrl='"https://a.example/c"')
    (tmp_path / "site/2023-09-04-d.md").mkdir()
    (tmp_path / "site/README.md").write_text("About this folder.")
    os.mkfifo(tmp_path / "site/2023-09-05-e.md")
    with pytest.raises(SystemExit):
        call_command("import_articles", tmp_path / "site")
    assert "created 1, updated 0, unchanged 0, left out 4, problems: 3 errors" in capsys.readouterr().out
    assert ImportRun.objects.get().left_out == 4


def test_a_file_in_a_folder_that_cannot_be_read_has_not_moved(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_article("closed/2023-09-01-a.md")
    run_import(tmp_path / "site")
    (tmp_path / "other").mkdir()
    shutil.copy(file, tmp_path / "other/2023-10-10-b.md")
    lstat = Path.lstat

    def refuse(path: Path) -> os.stat_result:
        if "closed" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        return lstat(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "lstat", refuse)
        report, _ = run_import(tmp_path / "other")
    assert (report.created, report.moved) == (1, 0)


def test_what_has_gone_is_looked_for_without_sorting_all_articles_again_and_again(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing, "PATHS_AT_ONCE", 5)
    write_many(write_article, 12)
    with CaptureQueriesContext(connection) as queries:
        run_import(tmp_path / "site")
    pages = [query["sql"] for query in queries if "LIMIT 5" in query["sql"] and "source_path" in query["sql"]]
    assert len(pages) == 4
    with connection.cursor() as cursor:
        # PostgreSQL plans by the size of tables, and this one is small.
        for page in pages if connection.vendor == "sqlite" else ():
            cursor.execute(f"EXPLAIN QUERY PLAN {page}")
            assert "TEMP B-TREE" not in str(cursor.fetchall())
