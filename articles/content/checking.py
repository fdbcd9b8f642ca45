"""Checks content without settings or a database, for hooks and CI of the content's repository.

``python -m articles.content.checking PATH...`` reports what an import into an empty database would report, and images
that only related entries use. What depends on the database, such as the former address of a deleted file, only an
import can report.
"""

import argparse
import contextlib
import datetime as dt
import heapq
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from articles.content.check.output import FORMATS
from articles.content.check.report import Report
from articles.content.check.site import SiteCheck
from articles.content.check.targets import find_all
from articles.content.duplicates import Pieces
from articles.content.files import utf8_path
from articles.content.identity import (
    Address,
)
from articles.content.problems import Level, Problem
from articles.content.processes import WORTHWHILE, Workers, cores
from articles.content.repeats import Repeats

INTERRUPTED = 130  # the exit code of shells for Ctrl-C
CUT_OFF = 141  # and for a closed pipe


def check_paths(
    paths: Iterable[Path], now: dt.datetime, report: Report | None = None, zone: dt.tzinfo = dt.UTC
) -> Iterator[tuple[Path, Problem]]:
    """Yield each problem with the folder that its path is relative to, in the order of paths; count in ``report``.

    Files are read as problems are requested; only their paths and addresses stay in memory. ``zone`` is that of times
    that name none.
    """
    report = report or Report()
    every_found = find_all(paths, zone)
    taken: dict[Address, str] = {}
    pieces: Pieces = {}
    is_large = sum(len(found.articles) for found in every_found) >= WORTHWHILE and cores() > 1
    with Workers.started() if is_large else contextlib.nullcontext() as workers:
        for found in every_found:
            site = SiteCheck(found, now, report, taken, pieces)
            for problem in heapq.merge(found.problems, site.problems(workers), key=lambda problem: problem.path):
                report.problems[problem.level] += 1
                yield found.root, problem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, a folder, or a site folder")
    parser.add_argument("--format", dest="output", choices=FORMATS, default="text", help="how to print (default: text)")
    parser.add_argument("--strict", action="store_true", help="fail on warnings, too")
    parser.add_argument(
        "--verbose", action="store_true", help="print every warning and note, not the first three of each kind"
    )


def run(
    paths: Sequence[Path],
    output: str,
    strict: bool,
    write: Callable[[str], object],
    verbose: bool = False,
    zone: dt.tzinfo = dt.UTC,
) -> int:
    """Check paths, ``write`` the result line by line, and return the exit code."""
    report = Report()
    repeats = Repeats(verbose, failing=frozenset({Level.ERROR, *([Level.WARNING] if strict else [])}))
    try:
        problems = (
            (_shown(root / each.path), each) for root, each in check_paths(paths, dt.datetime.now(dt.UTC), report, zone)
        )
        for line in FORMATS[output](problems, report, repeats):
            write(f"{line}\n")
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader, such as `head`, has closed the pipe; Python would fail once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_OFF
    return report.exit_code(strict)


def _shown(path: Path) -> str:
    """Return the shortest form of a path, relative to the current folder."""
    return utf8_path(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m articles.content.checking", description="Check article files.")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    # A name that the terminal cannot encode must not end the check.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    return run(options.paths, options.output, options.strict, sys.stdout.write, options.verbose)


if __name__ == "__main__":
    sys.exit(main())
