"""Files -> what their articles are to be, on all cores.

Workers know no database: they read, hash and parse, and hand over plain values.
"""

import datetime as dt
import gc
import os
import pickle
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice, takewhile
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import NamedTuple

from articles.content.entries import Entry
from articles.content.files import SourceFile, read
from articles.content.identity import address_of, own_images_of
from articles.content.layout import may_lack_front_matter
from articles.content.parsing import parse_article
from articles.content.problems import Problem, unexpected
from articles.content.schema import ArticleRecord, EntryRecord
from articles.sync.imports.incoming import FileFacts, IncomingArticle, incoming_article

# One core is for who writes what the others read.
WORKERS = max((os.cpu_count() or 1) - 1, 1)
SHARE = 200  # files of a task where several processes share them
AHEAD = 12  # tasks that wait for workers: as much as they do while stories are joined
MAX_WAITING = 20 + WORKERS  # tasks, those read included; bounds memory when one of them takes long
# Below this many files to parse, starting workers takes longer than they save.
WORTHWHILE = 400


class Known(NamedTuple):
    """What is known of a file from its last import, and whether its article needs a look though it is unchanged."""

    digest: str = ""
    stamp: str = ""
    needs_look: bool = False


UNKNOWN = Known()


@dataclass(frozen=True, slots=True)
class Task:
    """Files to read, each with the digest and the stamp that it had when it was imported last (empty: never)."""

    root: Path
    files: list[tuple[str, Known]]
    now: dt.datetime


@dataclass(slots=True)
class Result:
    """What came of a task of ``taken`` files, of which ``read`` could be; ``entries`` are all its articles', by digest.

    ``left_out`` of those read stay out.

    ``stamps`` are the new ones of unchanged files; ``to_look_at`` are those whose articles need a look all the same.
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
        """Add what came of the next task."""
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
            _read_file(SourceFile(task.root, path), known, task.now, result)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other files get in
            result.problems.append(unexpected(path, error))
            result.left_out += result.read - read_before
    return result


def _read_packed(task: Task) -> bytes:
    """Return the result of a task as it waits until it is taken: in a quarter of its memory."""
    return pickle.dumps(read_task(task), pickle.HIGHEST_PROTOCOL)


def _read_file(file: SourceFile, known: Known, now: dt.datetime, result: Result) -> None:
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
    parsed = parse_article(file.path, content.data, now)
    if parsed.record is None:
        result.left_out += 1
    if parsed.lacks_front_matter and may_lack_front_matter(file.path):
        return
    result.problems += parsed.problems
    if parsed.record is not None:
        result.entries.update({entry.digest: entry for entry in parsed.entries})
        result.articles.append(
            incoming_article(
                parsed.record,
                parsed.values,
                parsed.body,
                address_of(file, parsed.record),
                [entry.digest for entry in parsed.entries],
                list(own_images_of(parsed)),
                FileFacts(file.path, content.digest, content.stamp, bool(known.digest)),
            )
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


def read_batches(
    tasks: Iterable[Task], size: int, parallel: bool, readers: ProcessPoolExecutor | None = None
) -> Iterator[Result]:
    """Return the results of tasks in their order, those of workers put together to up to ``size`` files.

    ``readers`` are workers that run already, and begin at once; others are started afresh, without this
    process's connections.
    """
    if not parallel:
        return map(read_task, tasks)
    if readers is None:
        return _read_on_new_workers(iter(tasks), size)
    return SharedReading(readers, iter(tasks), size).results()


def _read_on_new_workers(tasks: Iterator[Task], size: int) -> Iterator[Result]:
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), _prepare_worker) as pool:
        yield from SharedReading(pool, tasks, size).results()


class SharedReading:
    """Reads with workers and in this process, which writes meanwhile, so that nobody waits for anybody.

    Whoever writes takes ``size`` files at once, since each writing costs as much as some dozen files; as long as there
    are fewer, this process reads, too. Workers have enough ahead of them for as long as it does something else.
    """

    def __init__(self, pool: ProcessPoolExecutor, tasks: Iterator[Task], size: int) -> None:
        self.pool = pool
        self.tasks = tasks
        self.size = size
        self.waiting: deque[tuple[Task, Future[bytes | Result]]] = deque()
        self.fill()

    def results(self) -> Iterator[Result]:
        while self.waiting:
            while self.ready() < self.size and self.help():
                self.fill()
            result = self.take()
            while self.waiting and result.taken + len(self.waiting[0][0].files) <= self.size:
                result.add(self.take())
            yield result

    def take(self) -> Result:
        """Return the next result, waiting for it if need be."""
        result = self.waiting.popleft()[1].result()
        self.fill()
        return pickle.loads(result) if isinstance(result, bytes) else result  # noqa: S301 - our own worker's

    def fill(self) -> None:
        """Hand out tasks until workers have enough of them."""
        running = sum(not future.done() for _, future in self.waiting)
        room = min(AHEAD + WORKERS - running, MAX_WAITING - len(self.waiting))
        for task in islice(self.tasks, max(room, 0)):
            self.waiting.append((task, self.pool.submit(_read_packed, task)))

    def ready(self) -> int:
        """Return the number of files that have been read and whose turn it is."""
        return sum(len(task.files) for task, _ in takewhile(lambda each: each[1].done(), self.waiting))

    def help(self) -> bool:
        """Read the next task, or the last that no worker has begun; return whether there was one to read now."""
        place = len(self.waiting)
        task = next(self.tasks, None) if place < MAX_WAITING else None
        while task is None and place:
            place -= 1
            if self.waiting[place][1].cancel():
                task, _ = self.waiting[place]
                del self.waiting[place]
        if task is None:
            return False
        future: Future[bytes | Result] = Future()
        future.set_result(read_task(task))
        self.waiting.insert(place, (task, future))
        return True


def sizes(files: int, most: int) -> tuple[int, int]:
    """Return how many of so many files, ``most`` at most, to write at once, and to read as one task, where this is shared.

    Of few files, too, some are to be read while others are written.
    """
    size = min(most, max(files // 6, 100))
    return size, min(max(size // 4, 1), SHARE)


def tasks_of(
    root: Path, paths: Iterable[str], known: Callable[[list[str]], dict[str, Known]], size: int, each: int,
    now: dt.datetime,
) -> Iterator[Task]:  # fmt: skip
    """Yield tasks of up to ``each`` files; ``known(paths)`` returns what is known of the up to ``size`` files of paths."""
    remaining = iter(paths)
    while some := list(islice(remaining, size)):
        knowledge = known(some)
        for first in range(0, len(some), each):
            yield Task(root, [(path, knowledge.get(path, UNKNOWN)) for path in some[first : first + each]], now)
