"""The commands of ``bench/`` start outside pytest, where neither settings nor fixtures are there yet."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.chromium import find_chromium, find_headless_chromium
from bench.production import ROOT
from bench.serving import CACHED, FROM_SHARED, GOALS, Cost, print_table

COMMANDS = sorted(set(re.findall(r"python -m (bench\.\w+)", (ROOT / "Makefile").read_text(encoding="utf-8"))))


def test_each_command_of_the_makefile_starts_without_settings() -> None:
    assert len(COMMANDS) >= 9
    missing = {"DJANGO_SETTINGS_MODULE", "SECRET_KEY", "PYTEST_XDIST_WORKER"}
    environment = {name: value for name, value in os.environ.items() if name not in missing}
    processes = {
        command: subprocess.Popen(
            [sys.executable, "-m", command, "--help"], cwd=ROOT, env=environment, stdout=-1, stderr=-1, text=True
        )
        for command in COMMANDS
    }
    said = {command: process.communicate() for command, process in processes.items()}
    assert {command: errors for command, (_, errors) in said.items() if errors} == {}
    assert all(output.startswith("usage:") for output, _ in said.values())


@pytest.mark.parametrize(
    ("installed", "for_readers", "for_tests"),
    [
        (["chromium", "chromium-headless-shell"], "chromium", "chromium-headless-shell"),
        (["chromium"], "chromium", "chromium"),
        (["chromium-headless-shell"], "chromium-headless-shell", "chromium-headless-shell"),
        ([], None, None),
    ],
)
def test_tests_take_the_light_chromium_and_do_with_the_other(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    installed: list[str],
    for_readers: str | None,
    for_tests: str | None,
) -> None:
    for name in installed:
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() == (for_readers and str(tmp_path / for_readers))
    assert find_headless_chromium() == (for_tests and str(tmp_path / for_tests))


def test_the_table_of_serving_has_all_rows_and_a_share_of_the_ready_answer(capsys: pytest.CaptureFixture[str]) -> None:
    topic = CACHED.format("topic")
    print_table({"SQLite": {topic: Cost(0.0004, 0.0003)}, "PostgreSQL, Redis": {FROM_SHARED: Cost(0.001, 0.0003)}})
    _, head, _, *rows = capsys.readouterr().out.splitlines()
    assert head == "| what | at least | SQLite | share | PostgreSQL, Redis | share |"
    assert [row.split(" | ")[0].strip("| ") for row in rows] == list(GOALS)
    assert f"| {topic} | 0.85 | 0.40 of 0.30 ms | 0.75 | – | – |" in rows
    assert f"| {FROM_SHARED} | 0.4 | – | – | 1.00 of 0.30 ms | 0.30 |" in rows
