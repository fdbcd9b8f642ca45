"""Damaged files: no traceback, no hang, and the same word from checks and imports, on whichever database.

``make fuzz`` does the same to thousands of files more, with a seed of its own.
"""

import datetime as dt
import os
import shutil
import time
from pathlib import Path

import pytest
from django.utils import timezone

from articles.content.checking import check_paths
from articles.content.files import SourceFile
from articles.content.problems import Problem
from articles.models import Article
from articles.sync.imports import run
from articles.sync.imports.run import import_paths
from articles.sync.imports.workers import UNKNOWN, Task, read_task
from tests.conftest import taken_back
from tests.support.mutations import DECISIONS, damaged_sites

COUNT = int(os.environ.get("FUZZ_FILES", "200"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
HANG = 5.0  # seconds of one file, of this process alone

pytestmark = pytest.mark.django_db


def checked(site: Path, now: dt.datetime) -> list[Problem]:
    return sorted(problem for _, problem in check_paths([site], now))


def imported(site: Path) -> list[Problem]:
    problems: list[Problem] = []
    report = import_paths([site], lambda root, problem: problems.append(problem))
    assert report.read == len(list((site / "_news").rglob("*.*"))) - report.unread
    assert Article.objects.filter(is_reference=False).count() == report.created
    return sorted(problems)


def but_for_decisions(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.code != "W409"]


def assert_none_hangs(site: Path, now: dt.datetime) -> None:
    for path in sorted((site / "_news").iterdir()):
        start = time.process_time()
        read_task(Task(site, [(SourceFile(site, f"_news/{path.name}").path, UNKNOWN)], now))
        assert time.process_time() - start < HANG, path


def test_damaged_files_are_named_alike_by_checks_and_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(run.timezone, "now", lambda: now)
    for site in damaged_sites(tmp_path, SEED, COUNT):
        assert_none_hangs(site, now)
        with taken_back():
            problems = imported(site)
        assert not [problem for problem in problems if problem.code == "E108"], SEED
        found = checked(site, now)
        # An article that a decision names by its address at its provider is looked for by an import only.
        assert {problem.code for problem in set(problems).symmetric_difference(found)} <= {"W409"}, SEED
        assert set(found) <= set(problems), SEED
        assert len(but_for_decisions(problems)) == len(but_for_decisions(found)), SEED
        shutil.rmtree(site)


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    one, other = ({path.name: path.read_bytes() for site in damaged_sites(tmp_path / name, 7, 30) for path in site.rglob("*.*")}
                  for name in ("one", "other"))  # fmt: skip
    assert len(one) == 30 + len(DECISIONS)
    assert one == other
