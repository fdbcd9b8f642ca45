"""A process of its own for tests that kill backups and restores: ``python -m tests.support.restorer ACTION STRIDE FILE``.

Its database is DATABASE_URL's. It begins again and again, each time killed so many statements later, until one gets to
its end, and prints how often it was killed, and how often a killed one left something wrong.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.importer import dying_at


def main(action: str, stride: str, file: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsreader.settings")
    import django

    django.setup()
    from django.core.management import call_command

    # What each of them needs is loaded once.
    import newsreader.backup.management.commands.backup
    import newsreader.backup.management.commands.restore  # noqa: F401
    from newsreader.backup.states import known, models_of

    models_of(known())
    is_wrong = {"backup": is_no_archive, "restore": is_not_empty}[action]
    kills = wrong = 0
    for number in range(2, 3000, int(stride)):
        if not in_a_process(lambda number=number: killed(number, lambda: call_command(action, file, verbosity=0))):  # type: ignore[misc]
            break
        kills += 1
        wrong += in_a_process(lambda: sys.exit(is_wrong(Path(file)))) is None
    print(kills, wrong)  # noqa: T201


def killed(number: int, work: Callable[[], object]) -> None:
    sys.stdout = sys.stderr
    with dying_at(number):
        work()


def in_a_process(work: Callable[[], object]) -> bool | None:
    """Do something in a fork; return whether it was killed, None if it ended with an error."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except SystemExit as error:
            code = int(error.code or 0)
        finally:
            os._exit(code)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return None if status > 0 else status == -signal.SIGKILL


def is_no_archive(path: Path) -> bool:
    """Return whether there is a broken file under the archive's name; none at all is right, too."""
    from newsreader.backup.archive import Archive, ArchiveError

    if not path.exists():
        return False
    try:
        with Archive.open(path) as archive:
            archive.verify()
    except ArchiveError:
        return True
    return False


def is_not_empty(path: Path) -> bool:
    from articles.models import Article, Topic

    return Article.objects.exists() or Topic.objects.exists()


if __name__ == "__main__":
    main(*sys.argv[1:])
