"""What commands have in common: a database or disk that fails them ends them with a sentence, and a code of its own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, ProgrammingError

from articles.db.locks import ImportIsRunningError
from articles.sync.imports.assets import ImageStoreError

# Exit codes; 1 and 2 are about files.
OTHER_RUNNING = 3
MACHINE_FAILED = 4


class DatabaseCommand(BaseCommand):
    """A command that needs the database, and may need folders of its own.

    ``kept`` says what is there when it fails in the middle.
    """

    kept = ""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; raise CommandError with a sentence where another one runs, or the machine fails it."""
        try:
            return super().execute(*args, **options)
        except ImportIsRunningError:
            raise CommandError(
                "another import is running, or an export; try again when it has finished", returncode=OTHER_RUNNING
            ) from None
        except BrokenPipeError:
            raise
        except (Error, OSError, ImageStoreError) as error:
            raise CommandError(f"{_in_words(error)} {self.kept}".strip(), returncode=MACHINE_FAILED) from error


def _in_words(error: Exception) -> str:
    """Return what failed, in a sentence on one line."""
    words = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, OSError):
        words = f"{error.strerror or words}: {error.filename}" if error.filename else words
        return f"a file that this command needs cannot be used: {words}."
    if isinstance(error, ImageStoreError):
        return f"{words}."
    lacks_table = isinstance(error, ProgrammingError) or "no such table" in words or "no such column" in words
    return f"the database failed: {words}.{' Has `manage.py migrate` been run?' if lacks_table else ''}"
