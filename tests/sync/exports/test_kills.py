"""Exports that are killed leave whole files, and what editors did is written by the next one."""

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.content.columns import normal_body
from articles.content.identity import topic_key
from articles.content.parsing import parse_article
from articles.content.yaml.writer import write_file
from articles.models import Article
from bench.generate import generate_site
from tests.support.export_runs import run_export, snapshot
from tests.support.import_runs import import_problems
from tests.support.records import ARTICLE, BODY

ROOT = Path(__file__).resolve().parents[3]


def exporter(database_url: str, action: str, folder: Path, *options: str) -> str:
    command = [sys.executable, "-m", "tests.support.exporter", action, str(folder), *options]
    done = subprocess.run(command, env=os.environ | {"DATABASE_URL": database_url}, capture_output=True, text=True,
                          cwd=ROOT, timeout=300, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


# What is written to the database is the same with both.
@pytest.mark.parametrize(
    "options", [(), pytest.param(("--all",), marks=pytest.mark.any_database)], ids=["changes", "all"]
)
def test_an_export_killed_at_any_step_leaves_whole_files_and_the_next_one_completes(
    tmp_path: Path, new_database: Callable[[], str], options: tuple[str, ...]
) -> None:
    own, twin = new_database(), new_database()
    for name, url in (("site", own), ("twin", twin)):
        generate_site(tmp_path / name, 8, 3)
        exporter(url, "prepare", tmp_path / name)
        if options:
            shutil.rmtree(tmp_path / name)
            (tmp_path / name).mkdir()
    kills, wrong, code = map(int, exporter(own, "kill", tmp_path / "site", *options).split())
    assert kills > 15
    assert (wrong, code) == (0, 0)
    exporter(twin, "export", tmp_path / "twin", *options)
    files = snapshot(tmp_path / "site")
    assert files == snapshot(tmp_path / "twin")
    assert sum("made-here" in name for name in files) == 2
    assert sum(b"Edited" in data for data in files.values()) >= 6


def said(path: Path) -> dict[str, Any]:
    """Return what a file says, as far as a database tells: each topic once, each related piece once and not itself."""
    parsed = parse_article(path.name, path.read_bytes(), dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    assert parsed.record is not None
    record = parsed.record
    return record.model_dump(exclude={"topics", "related"}) | {
        "topics": list(dict.fromkeys(map(topic_key, record.topics))),
        "related": [entry.values for entry in parsed.entries],
        "body": normal_body(parsed.body),
    }


@pytest.mark.django_db
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ARTICLE, BODY), min_size=1, max_size=4))
def test_any_valid_articles_say_the_same_when_they_come_from_rows_alone(
    tmp_path: Path, articles: list[tuple[dict[str, Any], str]]
) -> None:
    Article.objects.all().delete()
    site, out = (Path(tempfile.mkdtemp(dir=tmp_path)) for _ in range(2))
    for number, (values, body) in enumerate(articles):
        (site / f"2023-09-01-{number}.md").write_bytes(write_file(values, body).encode())
    import_problems(site)
    assert run_export(out, everything=True)[0].created == len(articles)
    for path in site.iterdir():
        assert said(out / path.name) == said(path)
