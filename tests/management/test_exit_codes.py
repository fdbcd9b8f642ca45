"""What commands say, and with which code they end, where the database or a folder fails them: 4, and a sentence."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.management import base
from articles.management.base import MACHINE_FAILED
from tests.conftest import SEED_EDITION

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [("import_articles", str(SEED_EDITION)), ("import_status",), ("export_articles", str(SEED_EDITION))]
# The first that a command opens is the database itself, or the file of the lock beside it.
NOT_THERE = "unable to open database file|a file that this command needs cannot be used: (No such file|Not a directory)"


def manage(database_url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = os.environ | {"DATABASE_URL": database_url, "SECRET_KEY": "x", "DATABASE_POOL": "true"} | environment
    given["DJANGO_SETTINGS_MODULE"] = "newsreader.settings"
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, env=given, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def assert_a_sentence(done: subprocess.CompletedProcess[str], says: str) -> None:
    assert done.returncode == MACHINE_FAILED, done.stderr
    assert "Traceback" not in done.stderr
    # Above or below it, the pool of connections may log why it has none: a thread of its own does so.
    [sentence] = [line for line in done.stderr.splitlines() if "psycopg.pool" not in line][-1:]
    assert re.fullmatch(r"CommandError: .*[.?]", sentence)
    assert re.search(says, sentence)


def in_a_missing_folder(folder: Path) -> str:
    return f"sqlite:///{folder}/gone/a.sqlite3"


def in_a_file_instead_of_a_folder(folder: Path) -> str:
    (folder / "file").write_text("")
    return f"sqlite:///{folder}/file/a.sqlite3"


def a_damaged_file(folder: Path) -> str:
    (folder / "a.sqlite3").write_bytes(b"no database" * 1000)
    return f"sqlite:///{folder}/a.sqlite3"


def a_file_without_tables(folder: Path) -> str:
    return f"sqlite:///{folder}/a.sqlite3"


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
@pytest.mark.parametrize(
    ("database", "says"),
    [
        (in_a_missing_folder, NOT_THERE),
        (in_a_file_instead_of_a_folder, NOT_THERE),
        (a_damaged_file, "file is not a database"),
        (a_file_without_tables, r"Has `manage\.py migrate` been run\?"),
    ],
    ids=lambda each: each.__name__ if callable(each) else None,
)
def test_a_database_that_cannot_be_used_ends_a_command_with_4_and_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], database: Callable[[Path], str], says: str
) -> None:
    assert_a_sentence(manage(database(tmp_path), *arguments), says)


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_a_folder_for_data_that_cannot_be_made_does_so_too(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("")
    done = manage("", *arguments, VAR_DIR=str(tmp_path / "file" / "var"))
    assert_a_sentence(done, NOT_THERE)


@pytest.fixture
def nobody_answers() -> Iterator[str]:
    """A PostgreSQL server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgres://x@127.0.0.1:{server.getsockname()[1]}/x"


@pytest.fixture
def nobody_listens(nobody_answers: str) -> str:
    """An address where a moment ago nobody listened."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"postgres://x@127.0.0.1:{port}/x"


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
@pytest.mark.parametrize("url", ["nobody_listens", "nobody_answers"])
def test_a_postgresql_that_is_down_ends_a_command_soon(
    arguments: tuple[str, ...], url: str, request: pytest.FixtureRequest
) -> None:
    address = request.getfixturevalue(url)
    start = time.monotonic()
    done = manage(address, *arguments)
    # Five seconds on an idle machine; those of the defaults, 30, are far off on any.
    assert time.monotonic() - start < 20
    assert_a_sentence(done, "the database failed: ")


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_a_folder_of_the_lock_that_may_not_be_written_to_is_named(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "/srv/a.import-lock")

    monkeypatch.setattr(f"articles.management.commands.{arguments[0]}.{LOCKS[arguments[0]]}", fail)
    with pytest.raises(CommandError, match=r"cannot be used: Permission denied: /srv/a\.import-lock\.") as end:
        call_command(*arguments)
    assert end.value.returncode == MACHINE_FAILED


LOCKS = {"import_articles": "running", "import_status": "note_interrupted", "export_articles": "running"}


def test_every_command_that_needs_the_database_ends_so() -> None:
    folder = Path(base.__file__).parent / "commands"
    others = {path.stem for path in folder.glob("[a-z]*.py") if "(DatabaseCommand)" not in path.read_text()}
    # Two need no database, the other calls imports and goes on.
    assert others == {"check_articles", "describe_site", "watch_articles"}
