"""Reading by workers: the same results in the same order as without them, and no import fails with its workers."""

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from articles.content.files import find
from articles.content.processes import Workers
from articles.models import Article
from articles.sync.imports import run
from articles.sync.imports.report import Options
from articles.sync.imports.run import import_paths
from articles.sync.imports.workers import UNKNOWN, Known, read_batches, tasks_of
from bench.generate import generate_site

NOW = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
COMPARED = """
import sys, datetime as dt
from pathlib import Path
from articles.content.files import find
from articles.content.processes import Workers
from articles.sync.imports.workers import Result, read_batches, tasks_of

found = find(Path(sys.argv[1]))
def batches(parallel, readers=None):
    now = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    return list(read_batches(tasks_of(found, lambda paths: {}, 21, 7, now), 21, parallel, readers))
def joined(results):
    whole = Result()
    for each in results:
        whole.add(each)
    # A file has no stamp until it is two seconds old.
    whole.articles = [each._replace(file=each.file._replace(stamp="")) for each in whole.articles]
    return whole
with Workers.forked() as readers:
    there = batches(True, readers)
here = batches(False)
assert [each.taken for each in here] == [7] * 8 + [4]
assert [each.taken for each in there] == [21, 21, 18]
assert joined(there) == joined(here) and list(joined(there).entries) == list(joined(here).entries)
print("same")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="workers are started afresh elsewhere")
def test_workers_give_what_reading_here_gives_in_the_same_order(tmp_path: Path) -> None:
    generate_site(tmp_path, 60, 3)
    result = subprocess.run([sys.executable, "-c", COMPARED, str(tmp_path)], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "same"


def test_tasks_leave_nothing_out_and_ask_for_more_than_one_at_once(tmp_path: Path) -> None:
    generate_site(tmp_path, 300, 3)
    found = find(tmp_path)
    asked: list[int] = []

    def known(paths: list[str]) -> dict[str, Known]:
        asked.append(len(paths))
        return {}

    tasks = list(tasks_of(found, known, 200, 60, NOW))
    assert [path for task in tasks for path, _ in task.files] == [file.path for file in found.articles]
    assert {known for task in tasks for _, known in task.files} == {UNKNOWN}
    assert [len(task.files) for task in tasks] == [60, 60, 60, 20, 60, 40]
    assert asked == [200, 100]
    assert sum(result.read for result in read_batches(tasks, 200, parallel=False)) == len(found.articles)


def kill_all(workers: Workers) -> None:
    for pid in list(workers.pool._processes):  # type: ignore[attr-defined]
        os.kill(pid, signal.SIGKILL)


@pytest.mark.django_db
def test_an_import_goes_on_without_workers_that_are_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    generate_site(tmp_path, 60, 3)
    files = len(find(tmp_path).articles)
    monkeypatch.setattr(run, "WORTHWHILE", 1)
    with Workers.started() as workers:
        kill_all(workers)
        report = import_paths([tmp_path], lambda root, problem: None, Options(readers=workers))
    assert report.created == Article.objects.filter(is_reference=False).count() == files
    assert "ended from outside" in caplog.text
