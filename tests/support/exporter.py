"""A process of its own for tests that kill exports: ``python -m tests.support.exporter ACTION FOLDER [--all]``.

Its database is DATABASE_URL's. ``prepare`` imports a site folder and edits articles; ``kill`` exports again and again,
each time killed one step later, until an export gets to its end, and prints how often that was and what was wrong on the
way; ``export`` exports undisturbed. A step is a statement, or a file or folder made, written, renamed or removed.
"""

import datetime as dt
import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from articles.sync.exports.atomic_files import PREFIX

STEPS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir"}


def main(action: str, folder: str, *options: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsreader.settings")
    import django

    django.setup()
    {"prepare": prepare, "kill": kill, "export": export}[action](Path(folder), *options)


def prepare(folder: Path) -> None:
    from django.core.management import call_command

    from articles.editorial.edits import edit_articles, note_edited_fields
    from articles.models import Article, Pin, Topic
    from tests.support.factories import make_article

    call_command("import_articles", folder, verbosity=0, quiet=True)
    articles = list(Article.objects.filter(is_reference=False).order_by("source_path"))
    for number, article in enumerate(articles[:4]):
        edit_articles([article.pk], title=f"Edited {number}", body="Another text.\n" * number)
    for number in range(2):
        make_article(title=f"Made here {number}", slug=f"made-here-{number}")
    topic = Topic.objects.order_by("pk")[0]
    topic.description = "Edited"
    note_edited_fields(topic, ["description"])
    topic.save()
    starts, ends = dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
    Pin.objects.create(article=articles[0], starts=starts, ends=ends, reason="Edited")


def kill(folder: Path, *options: str) -> None:
    # What each run needs is loaded once.
    import articles.management.commands.export_articles  # noqa: F401

    before, wrong = snapshot(folder), 0
    # A whole site takes many steps of the same kind.
    stride = 5 if options else 1
    for number in count(1, stride):
        pid = os.fork()
        if pid == 0:
            with dying_at(number):
                export(folder, *options)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            break
        # Every file is as it was, or says what an editor said.
        wrong += any(not is_whole(data, before.get(path)) for path, data in snapshot(folder).items())
    print((number - 1) // stride, wrong, os.waitstatus_to_exitcode(status))  # noqa: T201


def is_whole(data: bytes, before: bytes | None) -> bool:
    """Return whether a file is as it was, or says to its end what it is to say; a new one ends its last line."""
    return data == before or (data.endswith(b"\n") and (before is None or b"Edited" in data))


def dying_at(number: int) -> Any:
    """Kill this process before a step of it, counted from 1."""
    from django.db import connection

    steps = count(1)

    def step() -> None:
        if next(steps) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrapper(execute: Callable[..., Any], *arguments: Any) -> Any:
        # Who only reads leaves nothing behind: to die before that is to die before what is written next.
        if not str(arguments[0]).startswith("SELECT"):
            step()
        return execute(*arguments)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in STEPS or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
            step()

    sys.addaudithook(audit)
    return connection.execute_wrapper(wrapper)


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        name: path.read_bytes()
        for path in files
        if not (name := path.relative_to(folder).as_posix()).rpartition("/")[2].startswith(PREFIX)
    }


def export(folder: Path, *options: str) -> None:
    from django.core.management import call_command

    call_command("export_articles", folder, *options, quiet=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main(*sys.argv[1:])
