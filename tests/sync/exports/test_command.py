"""The command that exports: rehearsals and checks."""

import os
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.editorial.edits import edit_articles
from tests.support.export_runs import snapshot
from tests.support.import_runs import import_problems
from tests.support.rows import article

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NAME = "_news/2023-09-01-a.md"


def command(*arguments: object) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command("export_articles", *map(str, arguments), stdout=output)
    except SystemExit as end:
        return int(str(end.code)), output.getvalue()
    return 0, output.getvalue()


def test_a_dry_run_prints_a_diff_and_writes_nothing(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    edit_articles([article().pk], title="Mine")
    before = snapshot(root)
    code, output = command("--dry-run", root)
    assert code == 0
    assert f"--- a/{NAME}\n+++ b/{NAME}\n" in output
    assert '\n-title: "A title"\n+title: "Mine"\n' in output
    assert output.endswith("1 file to write\n")
    assert snapshot(root) == before
    (tmp_path / "patch").write_text(output.rpartition("1 file")[0])
    subprocess.run(
        ["git", "apply", "--check", "../patch"], cwd=root, check=True, env={**os.environ, "GIT_DIR": "/nowhere"}
    )


def test_a_check_tells_whether_there_is_something_to_write(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    root = tmp_path / "site"
    import_problems(root)
    assert command("--check", root) == (0, "0 files to write\n")
    edit_articles([article().pk], title="Mine")
    code, output = command("--check", root)
    assert (code, output.splitlines()[-1]) == (1, "1 file to write")
    assert output.splitlines()[0].endswith(NAME)
    assert command(root) == (0, "written new 0, changed 1, unchanged 0, problems: 0 errors, 0 warnings, 0 notes\n")
    assert command("--check", root) == (0, "0 files to write\n")


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no folder"):
        call_command("export_articles", str(tmp_path / "nowhere"))
