"""``import_articles``: import article files into the database."""

import argparse
import contextlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import connection

from articles.content.files import utf8_path
from articles.content.problems import Level, Problem
from articles.content.processes import Workers
from articles.content.repeats import Groups, Repeats
from articles.content.yaml.characters import one_line
from articles.management.base import DatabaseCommand
from articles.management.sample_offer import offer_to_remove
from articles.models import Article
from articles.sync.imports.recorded import import_recorded
from articles.sync.imports.report import Options, ProgressHandler, Report
from articles.sync.imports.run import import_paths
from articles.sync.imports.runs import running


class Command(DatabaseCommand):
    state_after_failure = "What was imported before is kept, and the next import goes on from there."
    help = "Import article files, folders of them, or whole site folders (with _news and _data)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, a folder, or a site folder")
        parser.add_argument("--dry-run", action="store_true", help="print what would happen, and write nothing")
        parser.add_argument("--prune", action="store_true", help="withdraw the articles whose files have gone")
        parser.add_argument(
            "--prune-all", action="store_true", help="withdraw them even when they are more than a tenth of a folder's"
        )
        parser.add_argument("--quiet", action="store_true", help="print errors only")
        parser.add_argument(
            "--verbose", action="store_true", help="print every warning and note, not the first three of each kind"
        )
        parser.add_argument("--only-if-empty", action="store_true", help="do nothing when there are articles already")
        parser.add_argument(
            "--with-sample", action="store_true", help="import beside the sample edition, and do not ask about it"
        )
        # The command to name where nobody can be asked about the sample edition.
        parser.add_argument("--instead", default="manage.py remove_sample", help=argparse.SUPPRESS)

    def handle(self, *, paths: list[Path], only_if_empty: bool, **options: Any) -> None:
        # Processes are started before the database is used.
        readers = Workers.forked() if connection.connection is None and not only_if_empty else None
        with readers or contextlib.nullcontext():
            self.import_locked(paths, readers, only_if_empty, **options)

    def import_locked(self, paths: list[Path], readers: Workers | None, only_if_empty: bool, **options: Any) -> None:
        if only_if_empty and Article.objects.exists():
            return
        if not (options["with_sample"] or options["dry_run"]):
            offer_to_remove(paths, self.stdout, options["instead"])
        self.quiet: bool = options["quiet"]
        self.repeats, self.groups = Repeats(options["verbose"]), Groups()
        if connection.vendor == "sqlite":
            # Mapped pages would count as memory of this process without need, and a large cache hardly helps an import.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA mmap_size=0")
                cursor.execute("PRAGMA cache_size=-20000")  # kB
        asked = Options(
            options["dry_run"], options["prune"] or options["prune_all"], options["prune_all"], readers=readers
        )
        try:
            with running():
                report = self.import_recorded(paths, asked)
        finally:
            self.write_lines(self.groups.rest())
        if not self.quiet:
            self.write_lines(self.repeats.summary())
            self.stdout.write(f"{'Dry run, nothing written: ' if options['dry_run'] else ''}{totals(report)}")
        if report.exit_code:
            raise SystemExit(report.exit_code)

    def import_recorded(self, paths: list[Path], options: Options) -> Report:
        """Import, and record the run; a dry run leaves no record."""
        run = import_paths if options.dry_run else import_recorded
        with self.progress() as on_progress:
            return run(paths, self.print_problem, replace(options, on_progress=on_progress))

    @contextlib.contextmanager
    def progress(self) -> Iterator[ProgressHandler]:
        """Show a progress bar if standard error is a terminal."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda done, total: None
            return
        from articles.management.progress import progress_bar

        with progress_bar() as on_progress:
            yield on_progress

    def print_problem(self, root: Path, problem: Problem) -> None:
        if (self.quiet and problem.level is not Level.ERROR) or not self.repeats.shows(problem):
            return
        style = {Level.ERROR: self.style.ERROR, Level.WARNING: self.style.WARNING}.get(problem.level, str)
        path = shown_path(root / problem.path)
        line = style(one_line(f"{path}{str(problem).removeprefix(problem.path)}"))
        self.write_lines(self.groups.add(problem, line))

    def write_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)


def shown_path(path: Path) -> str:
    """Return a path relative to the current folder if possible, so that terminals can open it."""
    return utf8_path(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


def totals(report: Report) -> str:
    """Return the totals of a run in one line; rare ones only if they are not zero."""
    rare = [f"{name} {number}" for name in ("moved", "missing", "conflicts") if (number := getattr(report, name))]
    counts = [f"created {report.created}", f"updated {report.updated}", f"unchanged {report.unchanged}"]
    problems = ", ".join(f"{count} {level}{'s' if count != 1 else ''}" for level, count in report.problems.items())
    return f"{', '.join([*counts, f'left out {report.stayed_out}', *rare])}, problems: {problems}"
