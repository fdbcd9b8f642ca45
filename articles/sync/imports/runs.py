"""One import at a time, each recorded."""

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.db.models import QuerySet
from django.utils import timezone

from articles.content.files import utf8_path
from articles.content.problems import Level, Problem
from articles.content.yaml.characters import one_line
from articles.db.locks import import_is_running, import_lock
from articles.models import ImportProblem, ImportRun
from articles.sync.imports.report import Report

STORED_RUNS = 100
STORED_PROBLEMS = 5000  # of each level in one run, so that notes never crowd errors out; the totals count all


@contextlib.contextmanager
def running() -> Iterator[None]:
    """Hold the import lock for a run; raise ImportIsRunningError when another process holds it."""
    with import_lock():
        # Any earlier run has lost the lock, so it has ended.
        _running().update(state=ImportRun.State.INTERRUPTED)
        yield


def note_interrupted() -> None:
    """Mark runs whose processes were killed: they are recorded as running, but nobody holds the lock."""
    # In this order: runs that begin later are not among them, and runs that ended before have another state.
    seen = list(_running().values_list("pk", flat=True))
    if seen and not import_is_running():
        _running().filter(pk__among=seen).update(state=ImportRun.State.INTERRUPTED)


def _running() -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(state=ImportRun.State.RUNNING)


class RunRecord:
    """The record of a run: problems as they are found, totals at its end."""

    def __init__(self, paths: list[Path]) -> None:
        self.run = ImportRun.objects.create(
            started=timezone.now(), paths="\n".join(utf8_path(str(path)) for path in paths)
        )
        self.problems: list[ImportProblem] = []
        self.counts: Counter[Level] = Counter()

    def add(self, problem: Problem) -> None:
        """Store a problem, unless there are too many of its level."""
        self.counts[problem.level] += 1
        if self.counts[problem.level] <= STORED_PROBLEMS:
            path, message = one_line(problem.path)[:4000], one_line(problem.message)
            self.problems.append(
                ImportProblem(run=self.run, path=path, line=problem.line, code=problem.code, message=message)
            )

    def write_progress(self, report: Report) -> None:
        """Write the totals and problems so far, outside of transactions: others see them at once."""
        self._write_all(report)

    def finish(self, report: Report) -> None:
        """Write totals and problems; delete the oldest runs."""
        self._write(report, ImportRun.State.FINISHED)
        oldest = ImportRun.objects.values_list("pk", flat=True)[STORED_RUNS:]
        ImportRun.objects.filter(pk__among=list(oldest)).delete()

    def interrupt(self, report: Report) -> None:
        """Write what was done before the failure, if the database still answers."""
        self._write(report, ImportRun.State.INTERRUPTED)

    def _write(self, report: Report, state: ImportRun.State) -> None:
        self.run.finished, self.run.state = timezone.now(), state
        self._write_all(report)

    def _write_all(self, report: Report) -> None:
        ImportProblem.objects.bulk_create(self.problems, batch_size=100)
        self.problems.clear()
        run = self.run
        for name in ("created", "updated", "unchanged", "moved", "missing", "conflicts"):
            setattr(run, name, getattr(report, name))
        run.left_out = report.stayed_out
        run.errors, run.warnings, run.notes = (report.problems[level] for level in Level)
        run.save()


def last_finished() -> ImportRun | None:
    """Return the import that finished last."""
    return ImportRun.objects.filter(state=ImportRun.State.FINISHED).first()


def last_ended() -> ImportRun | None:
    """Return the import that began last and does not run any more: finished, or interrupted."""
    return ImportRun.objects.exclude(state=ImportRun.State.RUNNING).first()


def age(run: ImportRun) -> dt.timedelta:
    """Return how long ago a finished run finished."""
    return timezone.now() - (run.finished or run.started)
