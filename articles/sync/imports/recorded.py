"""An import with a record of its run, from which people see how far it is and which problems it has found."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from django.db import DatabaseError

from articles.content.problems import Problem
from articles.models import ImportRun
from articles.sync.imports.report import Options, ProblemHandler, Report
from articles.sync.imports.run import import_paths
from articles.sync.imports.runs import RunRecord

# Seconds between two times that totals and problems are written while an import runs.
WRITTEN_EVERY = 1.0


def import_recorded(
    paths: list[Path],
    on_problem: ProblemHandler,
    options: Options,
    on_start: Callable[[ImportRun], None] = lambda run: None,
) -> Report:
    """Import, and record the run as it goes on; the caller holds the import lock. ``on_start`` gets the record.

    If it fails, or ``options.on_progress`` raises an error, the record says that it was interrupted.
    """
    record, report = RunRecord(paths), Report()
    on_start(record.run)
    written = time.monotonic()

    def note_problem(root: Path, problem: Problem) -> None:
        record.add(problem)
        on_problem(root, problem)

    def note_progress(done: int, total: int) -> None:
        nonlocal written
        if time.monotonic() - written >= WRITTEN_EVERY:
            written = time.monotonic()
            record.write_progress(report)
        options.on_progress(done, total)

    try:
        import_paths(paths, note_problem, replace(options, on_progress=note_progress, run=record.run.pk), report)
    except BaseException:
        with contextlib.suppress(DatabaseError):
            record.interrupt(report)
        raise
    record.finish(report)
    return report
