"""Workers: the same results in the same order as without them, and none outlives its import."""

import datetime as dt
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from articles.content.files import find
from articles.sync.imports.workers import (
    MAX_WAITING,
    UNKNOWN,
    Known,
    Result,
    SharedReading,
    Task,
    read_batches,
    tasks_of,
)
from bench.generate import generate_site

NOW = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
COMPARED = """
import sys, datetime as dt
from pathlib import Path
from articles.content.files import find
from articles.sync.imports.workers import Result, read_batches, start_readers, tasks_of

found = find(Path(sys.argv[1]))
def batches(parallel, readers=None):
    now = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    return list(read_batches(tasks_of(found.root, found.articles.paths, lambda paths: {}, 21, 7, now), 21, parallel, readers))
def joined(results):
    whole = Result()
    for each in results:
        whole.add(each)
    return whole
with start_readers() as readers:
    there = batches(True, readers)
here = batches(False)
assert [each.taken for each in here] == [7] * 8 + [4] * (len(here) > 8)
assert 3 <= len(there) < len(here) and max(each.taken for each in there) == 21
assert joined(there) == joined(here) and list(joined(there).entries) == list(joined(here).entries)
print("same")
"""
WAITING = """
from articles.sync.imports.workers import start_readers
readers = start_readers()
print(*readers._processes, flush=True)
input()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="workers are started afresh elsewhere")
def test_workers_give_what_reading_here_gives_in_the_same_order(tmp_path: Path) -> None:
    generate_site(tmp_path, 60, 3)
    result = subprocess.run([sys.executable, "-c", COMPARED, str(tmp_path)], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "same"


@pytest.mark.skipif(sys.platform != "linux", reason="workers are started afresh elsewhere")
def test_workers_end_when_their_import_is_killed() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    workers = [int(pid) for pid in process.stdout.readline().split()]
    assert workers
    assert all(runs(pid) for pid in workers)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()
    deadline = time.monotonic() + 30
    while any(runs(pid) for pid in workers):
        assert time.monotonic() < deadline, "a worker outlived its import"
        time.sleep(0.05)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_tasks_leave_nothing_out_and_ask_for_more_than_one_at_once(tmp_path: Path) -> None:
    generate_site(tmp_path, 300, 3)
    found = find(tmp_path)
    asked: list[int] = []

    def known(paths: list[str]) -> dict[str, Known]:
        asked.append(len(paths))
        return {}

    tasks = list(tasks_of(found.root, found.articles.paths, known, 200, 60, NOW))
    assert [path for task in tasks for path, _ in task.files] == [file.path for file in found.articles]
    assert {known for task in tasks for _, known in task.files} == {UNKNOWN}
    assert [len(task.files) for task in tasks] == [60, 60, 60, 20, 60, 40]
    assert asked == [200, 100]
    assert sum(result.read for result in read_batches(tasks, 200, parallel=False)) == len(found.articles)


class Pool:
    """Workers of which one never ends its first task; the others leave all to whoever waits."""

    def __init__(self) -> None:
        self.futures: list[Future[Result]] = []

    def submit(self, function: Callable[[Task], Result], task: Task) -> "Future[Result]":
        self.futures.append(Future())
        if len(self.futures) == 1:
            self.futures[0].set_running_or_notify_cancel()
        return self.futures[-1]


def empty_tasks(number: int) -> Iterator[Task]:
    yield from (Task(Path(), [], NOW) for _ in range(number))


def test_what_is_read_behind_a_task_that_takes_long_is_bounded() -> None:
    tasks = empty_tasks(10 * MAX_WAITING)
    reading = SharedReading(Pool(), tasks, 1)  # type: ignore[arg-type]
    for _ in range(10 * MAX_WAITING):
        if reading.help():
            reading.fill()
    assert len(reading.waiting) == MAX_WAITING
    assert sum(1 for _ in tasks) == 9 * MAX_WAITING
    assert [future.done() for _, future in reading.waiting] == [False] + [True] * (MAX_WAITING - 1)


def test_who_waits_reads_what_no_worker_has_begun() -> None:
    pool = Pool()
    reading = SharedReading(pool, empty_tasks(5), 1)  # type: ignore[arg-type]
    while reading.help():
        pass
    assert [future.cancelled() for future in pool.futures] == [False, True, True, True, True]
    assert [future.done() for _, future in reading.waiting] == [False, True, True, True, True]
    pool.futures[0].set_result(Result(taken=1))
    assert [result.taken for result in reading.results()] == [1]
