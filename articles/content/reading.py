"""Files -> what their articles are to be, on all cores.

Workers know no database: they read, hash and parse, and hand over plain values.
"""

import datetime as dt
import gc
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any, NamedTuple

from articles.content.addresses import Address, address_of, own_images_of
from articles.content.columns import columns_of
from articles.content.entries import Entry
from articles.content.files import Content, SourceFile, may_lack_front_matter, read
from articles.content.frontmatter import Where
from articles.content.parsing import Parsed, parse_article
from articles.content.problems import Problem
from articles.content.schema import ArticleRecord, EntryRecord

# One core is for who writes what the others read.
WORKERS = max((os.cpu_count() or 1) - 1, 1)
PATIENCE = 0.02  # seconds that the importing process waits for a worker
SMALLEST = 250  # files of a task among the last; each costs the database as much as some dozen files
# Below this many files to parse, starting workers takes longer than they save.
WORTHWHILE = 400


class Known(NamedTuple):
    """What is known of a file from its last import."""

    digest: str = ""
    stamp: str = ""


UNKNOWN = Known()


@dataclass(frozen=True, slots=True)
class Task:
    """Files to read, each with the digest and the stamp that it had when it was imported last (empty: never)."""

    root: Path
    files: list[tuple[str, Known]]
    now: dt.datetime


class ArticleFile(NamedTuple):
    """A file that gets in, as plain values.

    ``is_known``: it was imported before. ``columns`` are those of columns.py; ``provider`` is domain, name (or None) and images; ``entries`` are the
    digests of its entries in order; ``own_images`` are those of its images that stand in its site folder; ``text`` is
    all of it, compressed.
    """

    path: str
    digest: str
    stamp: str
    is_known: bool
    address: Address
    columns: dict[str, Any]
    provider: tuple[str, str | None, list[Any]]
    topics: list[str]
    entries: list[str]
    own_images: list[tuple[Where, str]]
    text: bytes


@dataclass(slots=True)
class Result:
    """What came of a task of ``taken`` files, of which ``read`` could be; ``entries`` are all its articles', by digest.

    ``stamps`` are the new ones of unchanged files.
    """

    taken: int = 0
    read: int = 0
    unchanged: list[str] = field(default_factory=list)
    stamps: dict[str, str] = field(default_factory=dict)
    articles: list[ArticleFile] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_task(task: Task) -> Result:
    """Read and parse the files of a task."""
    result = Result(taken=len(task.files))
    for path, known in task.files:
        _read_file(SourceFile(task.root, path), known, task.now, result)
    return result


def _read_file(file: SourceFile, known: Known, now: dt.datetime, result: Result) -> None:
    content = read(file, known.stamp)
    if isinstance(content, Problem):
        result.problems.append(content)
        return
    result.read += 1
    if content is None or content.digest == known.digest:
        result.unchanged.append(file.path)
        if content and content.stamp != known.stamp:
            result.stamps[file.path] = content.stamp
        return
    parsed = parse_article(file.path, content.data, now)
    if parsed.lacks_front_matter and may_lack_front_matter(file.path):
        return
    result.problems += parsed.problems
    if parsed.record is not None:
        result.entries.update({entry.digest: entry for entry in parsed.entries})
        result.articles.append(_article_file(file, content, bool(known.digest), parsed, parsed.record))


def _article_file(
    file: SourceFile, content: Content, is_known: bool, parsed: Parsed[ArticleRecord], record: ArticleRecord
) -> ArticleFile:
    columns = columns_of(record, parsed.values, parsed.body)
    images = columns["provider_said"].get("images") or []
    return ArticleFile(
        path=file.path,
        digest=content.digest,
        stamp=content.stamp,
        is_known=is_known,
        address=address_of(file, record),
        columns=columns,
        provider=(record.provider.domain, record.provider.name, images),
        topics=list(record.topics),
        entries=[entry.digest for entry in parsed.entries],
        own_images=list(own_images_of(parsed)),
        text=content.compressed,
    )


def start_readers() -> ProcessPoolExecutor | None:
    """Start workers as copies of this process, which takes no time, or return None where that is not safe.

    Copies share open connections and none of the threads: the caller has no connection yet.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return None
    pool = ProcessPoolExecutor(WORKERS, mp_context=get_context("fork"), initializer=_prepare_worker)
    pool.submit(int)
    return pool


def _prepare_worker() -> None:
    # What it got from its parent lives as long as it does: no need to look for garbage there.
    gc.freeze()
    gc.set_threshold(50_000)
    # Validators are built when they are first needed, unless there is time to build them now.
    for record in (ArticleRecord, EntryRecord):
        record.model_rebuild()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when its importing process is killed: it would wait for tasks forever."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def read_tasks(tasks: Iterable[Task], parallel: bool, readers: ProcessPoolExecutor | None = None) -> Iterator[Result]:
    """Return the results of tasks in their order, at most a few tasks ahead of who takes them.

    ``readers`` are workers that run already, and begin at once; others are started afresh, without this
    process's connections.
    """
    if not parallel:
        return map(read_task, tasks)
    if readers is None:
        return _read_on_new_workers(tasks)
    source = iter(tasks)
    return _results(readers, source, [readers.submit(read_task, task) for task in islice(source, WORKERS + 1)])


def _read_on_new_workers(tasks: Iterable[Task]) -> Iterator[Result]:
    source = iter(tasks)
    first = next(source, None)
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), _prepare_worker) as pool:
        waiting = [pool.submit(read_task, task) for task in islice(source, WORKERS)]
        if first is not None:
            # Starting a worker takes as long as this small task.
            yield read_task(first)
        yield from _results(pool, source, waiting)


def _results(pool: ProcessPoolExecutor, source: Iterator[Task], waiting: list[Future[Result]]) -> Iterator[Result]:
    while waiting:
        # Rather than wait long for a worker, read.
        if wait(waiting[:1], PATIENCE).not_done and (task := next(source, None)):
            waiting.append(Future())
            waiting[-1].set_result(read_task(task))
            continue
        result = waiting.pop(0).result()
        waiting += [pool.submit(read_task, task) for task in islice(source, max(WORKERS + 1 - len(waiting), 0))]
        yield result


def tasks_of(
    root: Path, files: Sequence[SourceFile], known: Callable[[list[str]], dict[str, Known]], size: int, now: dt.datetime
) -> Iterator[Task]:
    """Yield tasks of up to ``size`` files; ``known(paths)`` returns what is known of the files of paths.

    The first ones are small, so that writing need not wait long for what to write; so are the last ones, so that who
    reads them is done when the others are.
    """
    largest = min(size, max(len(files) // 4, 100))
    start, number = 0, max(largest // 4, 1)
    while start < len(files):
        number = min(number, max((len(files) - start) // 4, SMALLEST))
        paths = [file.path for file in files[start : start + number]]
        knowledge = known(paths)
        yield Task(root, [(path, knowledge.get(path, UNKNOWN)) for path in paths], now)
        start, number = start + number, min(number * 2, largest)
