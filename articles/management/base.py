"""The base class of commands: if the database or a disk fails, they end with a message and an exit code for that."""

from typing import Any, Literal

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, ProgrammingError

from articles.db.failures import Failure, failure_of
from articles.db.locks import ImportIsRunningError
from articles.sync.imports.assets import ImageStoreError

# What to do about it.
ADVICE = {
    Failure.FULL: "Make room on its disk, and run this again.",
    Failure.READ_ONLY: "It has to be writable: look at the rights of its file and folder, or whether the server is a replica.",
    Failure.BUSY: "Another program has been writing for too long; run this again when it has finished.",
    Failure.DAMAGED: "Restore a backup.",
    Failure.UNREACHABLE: "Is it running, and is DATABASE_URL right?",
}
# Exit codes; 1 and 2 are about files.
OTHER_RUNNING = 3
MACHINE_FAILED = 4


class DatabaseCommand(BaseCommand):
    """A command that needs the database, and perhaps folders.

    ``state_after_failure`` is a sentence about what is already done when it fails in the middle.
    """

    state_after_failure = ""
    # They import the addresses, and with them all views and the API: half of what a short command needs to start. Serving,
    # migrating and the worker run them.
    requires_system_checks: list[str] | tuple[str, ...] | Literal["__all__"] = ()

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; raise CommandError if another one is running, or if the machine fails."""
        try:
            return super().execute(*args, **options)
        except ImportIsRunningError:
            raise CommandError(
                "another import is running, or an export; try again when it has finished", returncode=OTHER_RUNNING
            ) from None
        except BrokenPipeError:
            raise
        except (Error, OSError, ImageStoreError) as error:
            raise CommandError(
                f"{_failure_message(error)} {self.state_after_failure}".strip(), returncode=MACHINE_FAILED
            ) from error


def _failure_message(error: Exception) -> str:
    """Return a sentence about what failed, on one line."""
    words = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, OSError):
        words = f"{error.strerror or words}: {error.filename}" if error.filename else words
        advice = ADVICE[Failure.FULL] if failure_of(error) is Failure.FULL else ""
        return f"a file that this command needs cannot be used: {words}. {advice}".strip()
    if isinstance(error, ImageStoreError):
        return f"{words}."
    if failure := failure_of(error):
        return f"the database failed: {words}. {ADVICE[failure]}"
    lacks_table = isinstance(error, ProgrammingError) or "no such table" in words or "no such column" in words
    return f"the database failed: {words}.{' Has `manage.py migrate` been run?' if lacks_table else ''}"
