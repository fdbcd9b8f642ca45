"""Many files: all cores check them, and an interrupt ends that at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from articles.content import checking
from articles.content.check import article_files
from articles.content.check import site as site_check
from articles.content.checking import check_paths
from articles.content.files import Content, SourceFile, read
from articles.content.problems import Problem
from articles.content.processes import Workers
from tests.support.checking import NOW, PROJECT, problems_of, write

Write = Callable[..., Path]


def test_all_cores_find_what_one_finds_in_the_same_order(
    site: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("_data/topics/ai.yaml", "name: AI\n")
    for number in range(12):
        write_article(f"_news/{number % 2}/2023-09-01-{number // 2}.md", topics=f"[T{number % 3}]", mood='"\\x07"')
    monkeypatch.setattr(site_check, "CHUNK_SIZE", 2)
    here = problems_of(site)
    assert {problem.code for problem in here} == {"E106", "N501", "W403"}
    monkeypatch.setattr(checking, "WORTHWHILE", 12)
    monkeypatch.setattr(checking, "cores", lambda: 2)
    assert problems_of(site) == here


class Pool:
    """Stands in for processes: does the work at once, and counts it."""

    def __init__(self) -> None:
        self.submitted = 0

    def submit(self, pack: Callable[[object], bytes], work: object) -> Future[bytes]:
        self.submitted += 1
        future: Future[bytes] = Future()
        future.set_result(pack(work))
        return future

    def shutdown(self, **options: object) -> None: ...


@pytest.fixture
def pool(site: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch) -> Pool:
    """What a check of twenty broken files on two cores uses when it takes processes."""
    for number in range(20):
        write_article(f"_news/{number:02}.md", title=None)
    pool = Pool()
    monkeypatch.setattr(Workers, "started", lambda: Workers(pool))  # type: ignore[arg-type]
    monkeypatch.setattr(site_check, "CHUNK_SIZE", 1)
    monkeypatch.setattr(checking, "WORTHWHILE", 20)
    monkeypatch.setattr(checking, "cores", lambda: 2)
    return pool


@pytest.mark.parametrize(("parallel_from", "cores", "submitted"), [(20, 2, 20), (21, 2, 0), (20, 1, 0)])
def test_processes_are_for_many_files_and_several_cores(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, parallel_from: int, cores: int, submitted: int
) -> None:
    monkeypatch.setattr(checking, "WORTHWHILE", parallel_from)
    monkeypatch.setattr(checking, "cores", lambda: cores)
    assert len(problems_of(".")) == 20
    assert pool.submitted == submitted


def test_few_files_are_on_their_way_to_other_processes_at_a_time(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_check, "AHEAD", 4)
    problems = check_paths([Path()], NOW)
    assert next(problems)
    assert pool.submitted == 5


def test_files_are_read_as_problems_are_asked_for(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[SourceFile] = []

    def counting_read(file: SourceFile) -> Content | Problem:
        reads.append(file)
        return read(file)

    monkeypatch.setattr(checking, "WORTHWHILE", 1000)
    monkeypatch.setattr(article_files, "read", counting_read)
    assert next(check_paths([Path()], NOW))
    assert len(reads) == 1


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="interrupts are another matter on Windows")
def test_an_interrupt_ends_all_processes_without_a_traceback(site: Path, write_article: Write) -> None:
    # More is printed than a pipe holds, so that the check cannot end before it is interrupted.
    images = ", ".join(f"{{url: /{n}{'x' * 190}.png, width: 1, height: 1}}" for n in range(20))
    for number in range(100):
        write_article(f"_news/{number}.md", title=f'"{number}"', images=f"[{images}]")
    # Tests that a shell has started in the background ignore interrupts, and so would what they start.
    settings = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from articles.content import checking; checking.WORTHWHILE = 1; checking.cores = lambda: 4;"
        "from articles.content.check import site; site.CHUNK_SIZE = 1"
    )
    main = "import sys; from articles.content.checking import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", f"{settings}; {main}", "--verbose", str(site)]
    process = subprocess.Popen(
        command, cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout
    assert process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 130


def test_a_reader_that_has_seen_enough_ends_the_check_without_a_traceback(site: Path, write_article: Write) -> None:
    # More than a pipe holds.
    images = ", ".join(f"{{url: /{n}{'x' * 190}.png, width: 1, height: 1}}" for n in range(20))
    for number in range(100):
        write_article(f"_news/{number}.md", title=f'"{number}"', images=f"[{images}]")
    command = [sys.executable, "-m", "articles.content.checking", "--verbose", str(site)]
    with subprocess.Popen(command, cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 141
