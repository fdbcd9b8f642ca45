"""Tasks that the tests of the worker run. Each writes a line into a file, and may wait for another one."""

import os
import time
from pathlib import Path

from django_tasks import task

from articles.jobs import progress


@task()
def note(path: str, text: str = "ran") -> None:
    """Append a line to a file, which is one write: lines of several processes do not mix."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")


@task()
def note_and_wait(path: str, gate: str) -> None:
    """Note the process that runs this, and wait until there is a file ``gate``."""
    note.func(path, str(os.getpid()))
    while not Path(gate).exists():
        time.sleep(0.02)
        progress(1, 4)


@task()
def note_and_refuse(path: str) -> None:
    """Note this, and fail."""
    note.func(path)
    raise ValueError("It is not to be.")


@task()
def note_begin_and_end(path: str, gate: str) -> None:
    """Note that this begins, wait until there is a file ``gate``, and note that it ends, without the database."""
    note.func(path, "begins")
    while not Path(gate).exists():
        time.sleep(0.02)
    note.func(path, "ends")
