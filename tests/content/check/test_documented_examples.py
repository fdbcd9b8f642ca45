"""The examples of docs/checking.md run."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.support.checking import PROJECT, A, B, write

Write = Callable[..., Path]
DOCS = PROJECT / "docs" / "checking.md"


def documented(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def repository(site: Path, write_article: Write) -> Path:
    """A repository of content with a wrong article and a right one, and this project beside and within it."""
    write_article(A, heat='"70"')
    write_article(B)
    project = site.parent / "newsreader"
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / "articles").symlink_to(PROJECT / "articles")
    python = project / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    (site / ".newsreader").symlink_to(project)
    return site


def ran(command: str | list[str], **environment: str) -> list[str]:
    """Return what a command prints that ends as one does that found errors."""
    result = subprocess.run(
        command,
        shell=isinstance(command, str),
        env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode in {1, 2}, result.stderr
    return result.stdout.splitlines()


WRONG = f"{A}:7: heat must be a whole number without quotes, not '70' [error E302]"


def test_the_documented_command_runs(repository: Path) -> None:
    assert ran(documented("sh")[1])[0] == WRONG


def test_the_documented_hook_runs_and_gets_the_files_of_a_site(repository: Path) -> None:
    (hook,) = yaml.safe_load(documented("yaml")[0])["repos"][0]["hooks"]
    assert ran([*shlex.split(hook["entry"]), A, B]) == [
        WRONG,
        "checked 2 files, problems: 1 error, 0 warnings, 0 notes",
    ]
    site_files = [A, "_news/x/y.html", "_data/topics/00-ai.yaml", "_data/organizations/a.example.md"]
    others = ["README.md", "_news/x.png", "_data/topics/x.md", "x/_news/a.md", "_data/a.yaml"]
    assert [path for path in site_files + others if re.search(hook["files"], path)] == site_files


def test_the_documented_workflow_runs(repository: Path) -> None:
    step = yaml.safe_load(documented("yaml")[1])["jobs"]["check"]["steps"][-1]
    assert ran(step["run"], **step["env"])[0].startswith(f"::error file={A},line=7,title=E302::heat must")


def test_the_documented_makefile_runs(repository: Path) -> None:
    write("Makefile", documented("make")[0])
    assert ran(["make", "check"])[0] == WRONG
