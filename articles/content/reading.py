"""Files -> what their articles are to be, on all cores.

Workers know no database: they read, hash and parse, and hand over plain values.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from articles.content.addresses import Address, address_of, own_images_of
from articles.content.columns import columns_of
from articles.content.entries import Entry
from articles.content.files import Content, SourceFile, may_lack_front_matter, read
from articles.content.frontmatter import Where
from articles.content.parsing import Parsed, parse_article
from articles.content.problems import Problem
from articles.content.schema import ArticleRecord

# One core is for who writes what the others read.
WORKERS = max((os.cpu_count() or 1) - 1, 1)
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
    digests of its entries in order; ``own_images`` are those of its images that stand in its site folder.
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
    )


def read_tasks(tasks: Iterable[Task], parallel: bool) -> Iterator[Result]:
    """Yield the results of tasks in their order, at most a few tasks ahead of who takes them."""
    if not parallel:
        yield from map(read_task, tasks)
        return
    # Workers are started afresh: a copy of this process would share its database connection.
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        source = iter(tasks)
        first = next(source, None)
        waiting: list[Future[Result]] = []
        while True:
            waiting += [pool.submit(read_task, task) for task in islice(source, WORKERS + 1 - len(waiting))]
            if first is not None:
                # Starting a worker takes as long as this small task.
                yield read_task(first)
                first = None
            elif waiting:
                yield waiting.pop(0).result()
            else:
                return


def tasks_of(
    root: Path, files: Sequence[SourceFile], known: Callable[[list[str]], dict[str, Known]], size: int, now: dt.datetime
) -> Iterator[Task]:
    """Yield tasks of up to ``size`` files; ``known(paths)`` returns what is known of the files of paths.

    The first ones are small, so that writing need not wait long for what to write.
    """
    start, number = 0, max(size // 8, 1)
    while start < len(files):
        paths = [file.path for file in files[start : start + number]]
        knowledge = known(paths)
        yield Task(root, [(path, knowledge.get(path, UNKNOWN)) for path in paths], now)
        start, number = start + number, min(number * 2, size)
