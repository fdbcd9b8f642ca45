"""Imports one at a time, each recorded."""

import contextlib
import datetime as dt
import fcntl
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from articles.content.characters import one_line
from articles.content.files import utf8_path
from articles.content.importing import Report
from articles.content.problems import Level, Problem
from articles.models import ImportProblem, ImportRun

# Any number that no other advisory lock of this project uses.
LOCK_ID = 7_411_002
KEPT_RUNS = 100
KEPT_PROBLEMS = 5000  # of one run; the totals count all


class ImportIsRunningError(RuntimeError):
    """Another import holds the lock."""


@contextlib.contextmanager
def import_lock() -> Iterator[None]:
    """Hold the lock of imports; raise ImportIsRunningError when another process holds it.

    The lock goes with its process, however that ends: on PostgreSQL it is the connection's, on SQLite a file's.
    """
    with _database_lock() if connection.vendor == "postgresql" else _file_lock():
        # Whoever was running before has lost the lock, and so has ended.
        ImportRun.objects.filter(state=ImportRun.State.RUNNING).update(state=ImportRun.State.INTERRUPTED)
        yield


@contextlib.contextmanager
def _database_lock() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_ID])
        if not cursor.fetchone()[0]:
            raise ImportIsRunningError
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_ID])


@contextlib.contextmanager
def _file_lock() -> Iterator[None]:
    name = connection.settings_dict["NAME"]
    path = Path(str(name)) if Path(str(name)).is_absolute() else Path(settings.VAR_DIR) / "newsreader"
    with path.with_name(f"{path.name}.import-lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ImportIsRunningError from None
        yield


class RunRecord:
    """The record of a run: problems as they come, totals at its end."""

    def __init__(self, paths: list[Path]) -> None:
        self.run = ImportRun.objects.create(
            started=timezone.now(), paths="\n".join(utf8_path(str(path)) for path in paths)
        )
        self.kept: list[ImportProblem] = []
        self.count = 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if self.count <= KEPT_PROBLEMS:
            path, message = one_line(problem.path)[:4000], one_line(problem.message)
            self.kept.append(
                ImportProblem(run=self.run, path=path, line=problem.line, code=problem.code, message=message)
            )

    def finish(self, report: Report) -> None:
        """Write totals and problems; forget the oldest runs."""
        self._write(report, ImportRun.State.FINISHED)
        oldest = ImportRun.objects.values_list("pk", flat=True)[KEPT_RUNS:]
        ImportRun.objects.filter(pk__in=list(oldest)).delete()

    def interrupt(self, report: Report) -> None:
        """Write what was done until something broke, as far as the database still answers."""
        self._write(report, ImportRun.State.INTERRUPTED)

    def _write(self, report: Report, state: ImportRun.State) -> None:
        ImportProblem.objects.bulk_create(self.kept, batch_size=100)
        run = self.run
        run.finished, run.state = timezone.now(), state
        for name in ("created", "updated", "unchanged", "moved", "missing", "conflicts"):
            setattr(run, name, getattr(report, name))
        run.left_out = report.stayed_out
        run.errors, run.warnings, run.notes = (report.problems[level] for level in Level)
        run.save()


def last_finished() -> ImportRun | None:
    """Return the import that finished last."""
    return ImportRun.objects.filter(state=ImportRun.State.FINISHED).first()


def age(run: ImportRun) -> dt.timedelta:
    """Return how long ago a finished run finished."""
    return timezone.now() - (run.finished or run.started)
