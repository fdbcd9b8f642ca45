"""Imports and rebuilds that editors start: with progress, problems as they come, and the record of the run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from articles.db.locks import ImportIsRunningError
from articles.jobs import content, enqueue
from articles.jobs.claims import claim
from articles.jobs.running import run_task
from articles.models import Article, ImportProblem, ImportRun, ListingMonth, SearchDocument, Story, TaskRecord, Worker
from articles.sync.imports import recorded
from articles.sync.imports.report import Options
from tests.support.accounts import client_of
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db
START = "/admin/articles/taskrecord/start/"
Write = Callable[..., Path]


def work() -> TaskRecord:
    """Run the next task as a worker does."""
    record = claim(Worker.objects.create(name="one"))
    assert record
    run_task(record)
    return TaskRecord.objects.select_related("task", "run").get(pk=record.pk)


@pytest.fixture
def site(tmp_path: Path, write_article: Write, settings: Settings) -> Path:
    settings.CONTENT_DIR = str(tmp_path / "site")
    write_article("2023-09-01-a.md")
    write_article("2023-09-02-b.md", title="no")
    return tmp_path / "site"


def test_an_editor_starts_the_import_of_the_sites_folder(site: Path) -> None:
    editor = client_of()
    assert "Import now" in editor.get("/admin/").content.decode()
    for _ in range(2):
        assert (
            "starts as soon as a worker is free" in editor.post(START, {"task": "import"}, follow=True).content.decode()
        )
    assert TaskRecord.objects.count() == 1
    record = work()
    assert record.state == "done"
    assert Article.objects.count() == 1
    assert record.run is not None
    assert (record.run.state, record.run.created, record.run.errors) == ("finished", 1, 1)
    page = editor.get(f"/admin/articles/taskrecord/{record.pk}/change/").content.decode()
    assert f"/admin/articles/importrun/{record.run.pk}/change/" in page


def test_without_a_folder_there_is_no_button_and_nothing_to_start() -> None:
    editor = client_of()
    assert "Import now" not in editor.get("/admin/").content.decode()
    assert editor.post(START, {"task": "import"}).status_code == 404
    assert editor.post(START, {"task": "something"}).status_code == 404


@pytest.mark.parametrize("role", ["Viewers", "Contributors"])
def test_nobody_else_starts_anything(role: str, site: Path) -> None:
    client = client_of(role)
    assert "Import now" not in client.get("/admin/").content.decode()
    assert client.post(START, {"task": "import"}).status_code == 403
    assert client_of("Editors").get(START).status_code == 403
    assert not TaskRecord.objects.exists()


def test_problems_and_progress_are_there_while_the_import_runs(
    site: Path, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(recorded, "WRITTEN_EVERY", 0)
    seen: list[tuple[int, int, str]] = []
    editor = client_of()

    def look(done: int, total: int) -> None:
        run = ImportRun.objects.get()
        seen.append((run.created, run.errors, run.state))
        assert ImportProblem.objects.filter(run=run, code__startswith="E").count() == 1
        page = editor.get("/admin/articles/taskrecord/now/").content.decode()
        assert "1 new, 0 changed; errors: 1, warnings: 0" in page
        assert "2023-09-02-b.md:2: E302" in page

    monkeypatch.setattr(content, "progress", look)
    enqueue(content.import_content)
    assert work().state == "done"
    assert seen == [(1, 1, "running")]
    assert ImportProblem.objects.filter(code__startswith="E").count() == 1, "each is stored once"


def test_an_import_that_is_cancelled_says_so_and_keeps_what_it_has(site: Path) -> None:
    class HaltError(Exception):
        pass

    def halt(done: int, total: int) -> None:
        raise HaltError

    with pytest.raises(HaltError):
        recorded.import_recorded([site], lambda root, problem: None, Options(on_progress=halt))
    assert (ImportRun.objects.get().state, Article.objects.count()) == ("interrupted", 1)


def test_an_import_waits_while_another_one_runs(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Any:
        raise ImportIsRunningError

    monkeypatch.setattr(content, "running", refuse)
    enqueue(content.import_content)
    record = work()
    assert (record.state, record.last_error) == ("waiting", "Another import is running, or an export.")


def test_a_folder_that_is_not_there_is_an_error(settings: Settings, tmp_path: Path) -> None:
    settings.CONTENT_DIR = str(tmp_path / "gone")
    enqueue(content.import_content)
    assert work().last_error == f"Nothing in {tmp_path / 'gone'} could be read."


def test_listings_stories_and_search_are_rebuilt() -> None:
    editor = client_of()
    make_article([make_topic()], heat=5)
    ListingMonth.objects.all().delete()
    SearchDocument.objects.all().delete()
    Story.objects.all().delete()
    for name in ("listings", "stories", "search"):
        editor.post(START, {"task": name})
        assert work().state == "done", name
    assert (ListingMonth.objects.exists(), Story.objects.exists(), SearchDocument.objects.exists()) == (True,) * 3


def test_a_task_of_a_site_without_a_folder_imports_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\n")
    enqueue(content.import_content)
    record = work()
    assert "This site has no folder to import" in record.last_error
    assert not ImportRun.objects.exists()
