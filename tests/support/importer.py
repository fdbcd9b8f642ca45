"""A process of its own for tests that kill imports: ``python -m tests.support.importer ACTION [ARGUMENT ...]``.

Its database is DATABASE_URL's. ``kill STRIDE PATH`` imports again and again, each time killed so many statements later,
until an import gets to its end, and prints how often that was and how the last one ended; ``die N PATH`` does so once;
``rows`` prints a digest of all that was imported; ``status`` how the last import went; ``hold`` holds the lock of imports
until its input ends.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any


def main(action: str, *arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsreader.settings")
    import django

    django.setup()
    actions = {
        "kill": kill,
        "import": run,
        "rows": rows,
        "status": status,
        "die": die,
        "hold": hold,
        "mode": mode,
    }
    actions[action](*arguments)


def kill(stride: str, path: str) -> None:
    # What each run needs is loaded once.
    import articles.management.commands.import_articles  # noqa: F401

    numbers = range(4, 2000, int(stride))
    for kills, number in enumerate(numbers):
        pid = os.fork()
        if pid == 0:
            with dying_at(number):
                run(path)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status != -signal.SIGKILL:
            print(kills, status)  # noqa: T201
            return
    print(len(numbers), "not to its end")  # noqa: T201


def die(number: str, path: str) -> None:
    with dying_at(int(number)):
        run(path)


def dying_at(number: int) -> Any:
    """Kill this process before a statement of it, counted from 1."""
    from django.db import connection

    statements = count(1)

    def wrapper(execute: Any, *arguments: Any) -> Any:
        if next(statements) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    return connection.execute_wrapper(wrapper)


def run(path: str) -> None:
    from django.core.management import call_command

    from articles.sync.imports import run

    run.BATCH_SIZE = 5
    call_command("import_articles", path)


def rows() -> None:
    from articles.models import Article, ImportRun, ListingMonth
    from tests.support.rows import digest
    from tests.support.rows import rows as imported_rows

    months = set(ListingMonth.objects.values_list("topic__slug", "provider__domain", "month", "count"))
    print(Article.objects.count(), digest([*imported_rows(), months]))  # noqa: T201
    print(*ImportRun.objects.order_by("id").values_list("state", flat=True))  # noqa: T201


def status() -> None:
    from django.core.management import call_command

    call_command("import_status")


def hold() -> None:
    from articles.sync.imports.runs import running

    with running():
        print("held", flush=True)  # noqa: T201
        sys.stdin.read()


def mode() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        print(cursor.fetchone()[0])  # noqa: T201


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main(*sys.argv[1:])
