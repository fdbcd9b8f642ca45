"""Reads and parses article files on all cores.

Workers do not use the database: they read, hash and parse, and return plain values, which this process writes.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from articles.content.dialects.dialect import HOUSE, Dialect
from articles.content.dialects.finding import surroundings_of
from articles.content.dialects.translation import NOTHING_KNOWN
from articles.content.entries import Entry
from articles.content.files import Found, SourceFile, read
from articles.content.identity import address_of, own_images_of
from articles.content.parsing import parse_article
from articles.content.problems import Problem, unexpected
from articles.content.processes import Workers, cores
from articles.sync.imports.incoming import FileFacts, IncomingArticle, incoming_article

SHARE = 200  # files of a task where several processes share them
# Tasks that are being read, or wait to be written: as many as workers finish while stories are joined; bounds memory.
AHEAD = 20 + cores()


class Known(NamedTuple):
    """A file's state at its last import, and whether its article must be checked even if the file is unchanged."""

    digest: str = ""
    stamp: str = ""
    needs_look: bool = False


UNKNOWN = Known()


@dataclass(frozen=True, slots=True)
class Task:
    """Files to read, each with its state at the last import, if any."""

    root: Path
    files: list[tuple[str, Known]]
    now: dt.datetime
    dialect: Dialect = HOUSE


@dataclass(slots=True)
class Result:
    """The result of a task of ``taken`` files, of which ``read`` could be read; ``entries`` are those of all articles.

    ``left_out`` of these are not imported.

    ``stamps`` are the new ones of unchanged files; ``to_look_at`` are unchanged files whose articles must be checked.
    """

    taken: int = 0
    read: int = 0
    left_out: int = 0
    unchanged: list[str] = field(default_factory=list)
    stamps: dict[str, str] = field(default_factory=dict)
    to_look_at: list[str] = field(default_factory=list)
    articles: list[IncomingArticle] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, other: "Result") -> None:
        """Add the result of the next task."""
        self.taken += other.taken
        self.read += other.read
        self.left_out += other.left_out
        self.unchanged += other.unchanged
        self.stamps.update(other.stamps)
        self.to_look_at += other.to_look_at
        self.articles += other.articles
        self.entries.update(other.entries)
        self.problems += other.problems


def read_task(task: Task) -> Result:
    """Read and parse the files of a task."""
    result = Result(taken=len(task.files))
    for path, known in task.files:
        read_before = result.read
        try:
            _read_file(SourceFile(task.root, path), known, task, result)
        except Exception as error:  # noqa: BLE001 - the other files are imported after any error
            result.problems.append(unexpected(path, error))
            result.left_out += result.read - read_before
    return result


def _read_file(file: SourceFile, known: Known, task: Task, result: Result) -> None:
    content = read(file, known.stamp)
    if isinstance(content, Problem):
        result.problems.append(content)
        return
    result.read += 1
    if content is None or content.digest == known.digest:
        result.unchanged.append(file.path)
        if known.needs_look:
            result.to_look_at.append(file.path)
        if content and content.stamp != known.stamp:
            result.stamps[file.path] = content.stamp
        return
    around = NOTHING_KNOWN if task.dialect.is_house else surroundings_of(file.location)
    parsed = parse_article(file.path, content.data, task.now, task.dialect, around)
    result.problems += parsed.problems
    if parsed.record is None:
        result.left_out += 1
    else:
        result.entries.update({entry.digest: entry for entry in parsed.entries})
        result.articles.append(
            incoming_article(
                parsed.record,
                parsed.values,
                parsed.body,
                address_of(parsed, parsed.record),
                [entry.digest for entry in parsed.entries],
                list(own_images_of(parsed)),
                FileFacts(file.path, content.digest, content.stamp, bool(known.digest)),
                parsed.translated.is_dated,
            )
        )


def read_batches(tasks: Iterable[Task], size: int, parallel: bool, workers: Workers | None = None) -> Iterator[Result]:
    """Return the results of tasks in their order; those of workers are combined to ``size`` files.

    Running ``workers`` start at once; without them, new ones are started.
    """
    if not parallel:
        return map(read_task, tasks)
    if workers is None:
        return _read_by_new_workers(tasks, size)
    return _batches(workers.map(read_task, tasks, AHEAD), size)


def _read_by_new_workers(tasks: Iterable[Task], size: int) -> Iterator[Result]:
    with Workers.started() as workers:
        yield from _batches(workers.map(read_task, tasks, AHEAD), size)


def _batches(results: Iterable[Result], size: int) -> Iterator[Result]:
    """Combine results to ``size`` files: each write costs as much as some dozen files."""
    batch = Result()
    for result in results:
        batch.add(result)
        if batch.taken >= size:
            yield batch
            batch = Result()
    if batch.taken:
        yield batch


def sizes(files: int, most: int) -> tuple[int, int]:
    """Return how many of the ``files`` to write at once, ``most`` at most, and how many to read as one task of a worker.

    With few files, too, some should be read while others are written.
    """
    size = min(most, max(files // 6, 100))
    return size, min(max(size // 4, 1), SHARE)


def tasks_of(
    found: Found, known: Callable[[list[str]], dict[str, Known]], size: int, each: int, now: dt.datetime
) -> Iterator[Task]:
    """Yield tasks of up to ``each`` files; ``known(paths)`` returns the states of up to ``size`` files."""
    remaining = iter(found.articles.paths)
    while some := list(islice(remaining, size)):
        knowledge = known(some)
        for first in range(0, len(some), each):
            files = [(path, knowledge.get(path, UNKNOWN)) for path in some[first : first + each]]
            yield Task(found.root, files, now, found.dialect)
