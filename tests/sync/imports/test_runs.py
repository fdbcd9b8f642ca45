"""Imports that are killed, that meet each other, that are recorded and asked about."""

import contextlib
import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from articles.content.problems import Problem
from articles.db.locks import import_lock
from articles.editorial.edits import edit_articles
from articles.models import Article, ImportChange, ImportRun
from articles.sync.imports import runs
from articles.sync.imports.report import Report
from articles.sync.imports.run import import_paths
from articles.sync.imports.runs import STORED_RUNS
from bench.generate import generate_site

Write = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[3]


def importer(database_url: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DATABASE_URL": database_url}
    command = [sys.executable, "-m", "tests.support.importer", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)


def test_a_killed_import_leaves_whole_articles_and_the_next_run_completes(
    tmp_path: Path, new_database: Callable[[], str]
) -> None:
    site, database_url = tmp_path / "site", new_database()
    generate_site(site, 24, 3)
    # Each run gets a little further than the one before, and is killed at another kind of statement.
    killed = importer(database_url, "kill", 23, site)
    kills, code = map(int, killed.stdout.splitlines()[-1].split())
    assert code == 0, killed.stderr
    assert kills >= 3
    final, states = importer(database_url, "rows").stdout.splitlines()
    assert states.split()[-1] == "finished"
    assert "running" not in states
    undisturbed = new_database()
    importer(undisturbed, "import", site)
    assert importer(undisturbed, "rows").stdout.splitlines()[0] == final


def test_a_killed_import_is_known_as_interrupted_at_once(tmp_path: Path, database_url: str) -> None:
    generate_site(tmp_path / "site", 12, 3)
    assert importer(database_url, "die", 60, tmp_path / "site").returncode == -9
    assert "The newest import is interrupted" in importer(database_url, "status").stdout


@pytest.mark.django_db
def test_a_run_is_running_as_long_as_somebody_holds_the_lock(admin_client: Client) -> None:
    ImportRun.objects.create(started=timezone.now(), paths="x")
    url = "/admin/articles/importrun/"

    def states() -> list[str]:
        rows = admin_client.get(url).context["cl"].result_list
        form = admin_client.get(f"{url}{rows[0].pk}/change/").context["original"]
        return [*(run.state for run in rows), form.state, told()]

    with import_lock():
        assert states() == ["running", "running", "running"]
    assert states() == ["interrupted", "interrupted", "interrupted"]


@pytest.mark.django_db
def test_the_form_of_a_run_that_was_killed_says_so(admin_client: Client) -> None:
    run = ImportRun.objects.create(started=timezone.now(), paths="x")
    assert admin_client.get(f"/admin/articles/importrun/{run.pk}/change/").context["original"].state == "interrupted"


@pytest.mark.django_db
def test_a_run_that_has_begun_since_the_look_at_the_lock_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ImportRun.objects.create(started=timezone.now(), paths="x")

    def look() -> bool:
        ImportRun.objects.create(started=timezone.now(), paths="y")
        return False

    monkeypatch.setattr(runs, "import_is_running", look)
    runs.note_interrupted()
    assert [(run.paths, run.state) for run in ImportRun.objects.all()] == [("y", "running"), ("x", "interrupted")]


def told() -> str:
    """Return the state of the newest import that ``import_status`` tells."""
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_status", stdout=out)
    return out.getvalue().split()[4].strip(";")


def test_a_second_import_stops_and_says_why(tmp_path: Path, database_url: str) -> None:
    generate_site(tmp_path / "site", 3, 3)
    environment = os.environ | {"DATABASE_URL": database_url}
    command = [sys.executable, "-m", "tests.support.importer", "hold"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as other:
        assert other.stdout
        assert other.stdin
        assert other.stdout.readline() == "held\n"
        refused = importer(database_url, "import", tmp_path / "site")
        assert "another import is running" in refused.stderr
        other.stdin.close()
        other.wait(timeout=30)
    assert importer(database_url, "import", tmp_path / "site").returncode == 0


def test_sqlite_lets_readers_read_while_an_import_writes(tmp_path: Path) -> None:
    assert importer(f"sqlite:///{tmp_path / 'a.sqlite3'}", "mode").stdout == "wal\n"


@pytest.mark.django_db
def test_each_run_is_recorded_with_totals_and_problems(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    write_article("2023-09-02-b.md", title="no")
    with pytest.raises(SystemExit):
        call_command("import_articles", tmp_path / "site", stdout=StringIO())
    run = ImportRun.objects.get()
    assert (run.state, run.created, run.errors, run.notes) == ("finished", 1, 1, 1)
    assert run.paths == str(tmp_path / "site")
    assert [(each.path, each.line, each.code) for each in run.problems.order_by("code")] == [
        ("2023-09-02-b.md", 2, "E302"),
        ("2023-09-01-a.md", 10, "N501"),
    ]


@pytest.mark.django_db
def test_a_dry_run_leaves_no_record(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    call_command("import_articles", "--dry-run", tmp_path / "site", stdout=StringIO())
    assert not ImportRun.objects.exists()


@pytest.mark.django_db
def test_only_the_latest_records_are_kept(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    ImportRun.objects.bulk_create(ImportRun(started=timezone.now(), state="finished") for _ in range(STORED_RUNS + 5))
    call_command("import_articles", tmp_path / "site", stdout=StringIO())
    assert ImportRun.objects.count() == STORED_RUNS


@pytest.mark.django_db
def test_a_failing_database_is_told_as_such(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article("2023-09-01-a.md")

    def fail(*arguments: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr("articles.sync.imports.writing.insert_tuples", fail)
    with pytest.raises(CommandError, match=r"the database failed: disk full.*goes on from there"):
        call_command("import_articles", tmp_path / "site", stdout=StringIO())
    assert ImportRun.objects.get().state == "interrupted"
    monkeypatch.undo()
    call_command("import_articles", tmp_path / "site", stdout=StringIO())
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_quiet_prints_errors_only(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    out = StringIO()
    call_command("import_articles", "--quiet", tmp_path / "site", stdout=out)
    assert out.getvalue() == ""
    write_article("2023-09-01-a.md", title="no")
    with pytest.raises(SystemExit):
        call_command("import_articles", "--quiet", tmp_path / "site", stdout=out)
    assert out.getvalue().count("\n") == 1


def imported_lines(*arguments: object) -> list[str]:
    """Return what an import prints."""
    out = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("import_articles", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_of_each_kind_of_note_or_warning_three_are_printed_and_all_recorded(
    admin_client: Client, tmp_path: Path, write_article: Write
) -> None:
    for day in range(1, 6):
        write_article(f"2023-09-0{day}-a.md", topics=f"[T{day}]", webUrl=f'"https://a.example/{day}"')
        write_article(f"2023-09-0{day}-b.md", title="no")
    lines = imported_lines(tmp_path / "site")
    assert sum("[note N501]" in line for line in lines) == 3
    assert sum("[error E302]" in line for line in lines) == 5
    assert lines[-2] == "2 more of N501; --verbose shows all"
    assert "0 warnings, 5 notes" in lines[-1]
    page = admin_client.get(f"/admin/articles/importrun/{ImportRun.objects.get().pk}/change/").content.decode()
    assert page.count("it is created") == 5
    assert page.index("E302") < page.index("N501")


@pytest.mark.django_db
def test_verbose_prints_all_and_quiet_no_counts(tmp_path: Path, write_article: Write) -> None:
    for day in range(1, 6):
        write_article(f"2023-09-0{day}-a.md", topics=f"[T{day}]", webUrl=f'"https://a.example/{day}"')
    lines = imported_lines("--dry-run", "--verbose", tmp_path / "site")
    assert len(lines) == 6
    assert sum("[note N501]" in line for line in lines) == 5
    assert imported_lines("--quiet", tmp_path / "site") == []


@pytest.mark.django_db
def test_no_number_of_notes_keeps_errors_out_of_the_record(
    admin_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "STORED_PROBLEMS", 2)
    record, report = runs.RunRecord([tmp_path]), Report()
    for code in ("N501", "N501", "N501", "E101"):
        problem = Problem("a.md", 1, code, "x")
        record.add(problem)
        report.problems[problem.level] += 1
    record.finish(report)
    assert sorted(record.run.problems.values_list("code", flat=True)) == ["E101", "N501", "N501"]
    page = admin_client.get(f"/admin/articles/importrun/{record.run.pk}/change/").content.decode()
    assert "1 more was counted, but not stored" in page


def status(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("import_status", *arguments, stdout=out)
    except SystemExit as error:
        return int(str(error.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db
def test_the_status_tells_the_last_import_and_raises_the_alarm_when_it_is_old() -> None:
    assert status()[0] == 1
    started = timezone.now() - dt.timedelta(hours=3)
    ImportRun.objects.create(started=started, finished=started, state="finished", created=7)
    ImportRun.objects.create(started=timezone.now(), state="interrupted")
    code, text = status("--max-age", "4h")
    assert code == 0
    assert "created 7" in text
    assert "newest import is interrupted" in text
    assert status("--max-age", "170m")[0] == 1
    with pytest.raises(CommandError):
        status("--max-age", "soon")


@pytest.mark.django_db
def test_an_editor_sees_runs_and_settles_a_conflict(client: Client, tmp_path: Path, write_article: Write) -> None:
    call_command("create_editor", "ada", "--password", "correct horse battery", stdout=StringIO())
    client.force_login(User.objects.get())
    write_article("2023-09-01-a.md", title='"Old"')
    call_command("import_articles", tmp_path / "site", stdout=StringIO())
    article = Article.objects.get()
    edit_articles([article.pk], title="Mine")
    write_article("2023-09-01-a.md", title='"Theirs"')
    call_command("import_articles", tmp_path / "site", stdout=StringIO())
    page = client.get(f"/admin/articles/importrun/{ImportRun.objects.latest('id').pk}/change/").content.decode()
    assert "W408 2023-09-01-a.md:2" in page
    assert client.get("/admin/articles/article/?state=conflict").context["cl"].result_count == 1
    url = f"/admin/articles/article/{article.pk}/conflicts/"
    assert url in client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    html = client.get(url).content.decode()
    assert "Mine" in html
    assert "Theirs" in html
    client.post(url, {"field": "title", "choice": "file"})
    article.refresh_from_db()
    assert (article.title, article.conflicts, article.edited) == ("Theirs", {}, {})
    assert client.post("/admin/articles/importrun/add/").status_code == 403


@pytest.mark.django_db
def test_nobody_else_settles_conflicts(client: Client, tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md")
    import_paths([tmp_path / "site"], lambda root, problem: None)
    url = f"/admin/articles/article/{Article.objects.get().pk}/conflicts/"
    assert client.get(url).status_code == 302
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.post(url, {"field": "title", "choice": "file"}).status_code == 403


@pytest.mark.django_db
def test_what_an_editor_saves_in_the_form_is_remembered(client: Client, tmp_path: Path, write_article: Write) -> None:
    from tests.support.desk import form_of

    client.force_login(User.objects.create_superuser("root"))
    write_article("2023-09-01-a.md", title='"Old"', topics="[A, B]")
    import_paths([tmp_path / "site"], lambda root, problem: None)
    article = Article.objects.get()
    url = f"/admin/articles/article/{article.pk}/change/"
    assert client.post(url, form_of(client, article)).status_code == 302
    article.refresh_from_db()
    assert article.edited == {}
    changed = {"title": "Mine", "topic_links-0-DELETE": "on"}
    assert client.post(url, form_of(client, article) | changed).status_code == 302
    article.refresh_from_db()
    assert article.edited == {"title": "Old", "topics": ["A", "B"]}


def test_a_folder_is_watched_and_imported_as_it_changes(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    write_article("2023-09-01-a.md")

    def changes(folder: Path, **options: object) -> Iterator[object]:
        assert Article.objects.count() == 1
        write_article("2023-09-02-b.md", webUrl='"https://a.example/b"')
        yield {("added", "b")}
        write_article("2023-09-02-b.md", title="no")
        yield {("modified", "b")}

    monkeypatch.setattr("articles.management.commands.watch_articles.watch", changes)
    out = StringIO()
    call_command("watch_articles", tmp_path / "site", stdout=out)
    assert Article.objects.count() == 2
    assert "title must be text" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("watch_articles", tmp_path / "nothing")


@pytest.mark.django_db
def test_a_run_tells_what_it_changed_in_articles_that_were_there_before(tmp_path: Path, write_article: Write) -> None:
    write_article("2023-09-01-a.md", title='"Old"', quality=1, topics="[AI]", secured="c2VjcmV0")
    write_article("2023-09-02-b.md", webUrl='"https://a.example/b"')
    call_command("import_articles", str(tmp_path / "site"), stdout=StringIO())
    assert not ImportChange.objects.exists()
    write_article("2023-09-01-a.md", title='"New"', quality=1, topics="[Climate, AI]", secured="b3RoZXI=",
                  provider="{name: B, domain: b.example}")  # fmt: skip
    call_command("import_articles", str(tmp_path / "site"), stdout=StringIO())
    change = ImportChange.objects.get()
    assert change.run == ImportRun.objects.first()
    assert change.article_id == Article.objects.get(slug="a").pk
    assert change.changed == {
        "title": ["Old", "New"],
        "provider": ["a.example", "b.example"],
        "topics": [None, ["Climate", "AI"]],
    }
