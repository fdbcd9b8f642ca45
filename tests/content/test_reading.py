"""Workers: the same results in the same order as without them, and none outlives its import."""

import datetime as dt
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from articles.content.files import find
from articles.content.reading import UNKNOWN, read_tasks, tasks_of
from bench.generate import generate_site

NOW = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
COMPARED = """
import sys, datetime as dt
from pathlib import Path
from articles.content.files import find
from articles.content.reading import read_tasks, start_readers, tasks_of

found = find(Path(sys.argv[1]))
def tasks():
    return tasks_of(found.root, found.articles, lambda paths: {}, 7, dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
with start_readers() as readers:
    there = list(read_tasks(tasks(), True, readers))
assert there == list(read_tasks(tasks(), False)) and len(there) > 3
print("same")
"""
WAITING = """
from articles.content.reading import start_readers
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


def test_tasks_begin_small_and_leave_nothing_out(tmp_path: Path) -> None:
    generate_site(tmp_path, 300, 3)
    found = find(tmp_path)
    tasks = list(tasks_of(found.root, found.articles, lambda paths: {}, 1000, NOW))
    assert [path for task in tasks for path, _ in task.files] == [file.path for file in found.articles]
    assert {known for task in tasks for _, known in task.files} == {UNKNOWN}
    assert len(tasks[0].files) < len(tasks[1].files) <= 100
    assert sum(result.read for result in read_tasks(tasks, parallel=False)) == len(found.articles)
