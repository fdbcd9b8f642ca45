"""Work on all cores: in order, not too far ahead, and to its end whatever becomes of the workers."""

import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from articles.content.processes import Workers

ONLY_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="workers are started afresh elsewhere")
KILLED = """
import os, signal, time
from articles.content.processes import Workers

def work(number):
    if number == 5 and os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    return number * 2

parent = os.getpid()
with Workers.forked() as workers:
    workers.pool.submit(int).result()  # they have started
    print(list(workers.map(work, range(20), 4)) == [number * 2 for number in range(20)])
    print(workers.later(work, 21)())
"""
WAITING = """
from articles.content.processes import Workers
workers = Workers.forked()
print(*workers.pool._processes, flush=True)
input()
"""


class Idle:
    """Workers that never come to anything, but for the first so many calls, which are made at once."""

    def __init__(self, done: int) -> None:
        self.done = done
        self.futures: list[Future[bytes]] = []

    def submit(self, pack: Callable[[Callable[[], int]], bytes], work: Callable[[], int]) -> "Future[bytes]":
        self.futures.append(Future())
        if len(self.futures) <= self.done:
            self.futures[-1].set_result(pack(work))
        return self.futures[-1]

    def shutdown(self, **options: object) -> None: ...


def double(number: int) -> int:
    return number * 2


def test_who_waits_begins_with_what_workers_would_come_to_last() -> None:
    idle, done = Idle(done=0), list[int]()
    busy = Workers(idle).map(done.append, range(9), 5)  # type: ignore[arg-type]
    assert len(idle.futures) == 2, "the rest waits here"
    threading.Timer(0.1, lambda: idle.futures[0].set_result(pickle.dumps(None))).start()
    next(busy)
    assert done == [4, 3, 2]


def test_work_begins_at_once_and_goes_no_further_ahead_than_it_may() -> None:
    idle = Idle(done=100)
    results = Workers(idle).map(double, range(100), 3)  # type: ignore[arg-type]
    assert len(idle.futures) == 3
    for number in range(4):
        assert next(results) == 2 * number
    assert len(idle.futures) == 7


def test_an_error_of_the_work_is_raised_where_its_result_is_taken() -> None:
    with Workers.started() as workers:
        result = workers.later(int, "x")
        with pytest.raises(ValueError, match="invalid literal"):
            result()


@ONLY_LINUX
def test_work_whose_workers_are_killed_is_done_here() -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "True\n42\n"
    assert done.stderr == "A worker process was ended from outside; all work goes on in the main process.\n"


@ONLY_LINUX
def test_workers_end_when_the_process_that_they_work_for_is_killed() -> None:
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
        assert time.monotonic() < deadline, "a worker outlived the process that it works for"
        time.sleep(0.05)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
