"""Writes of many files at once, narrowed to the one that makes them fail: it stays out, and all others get in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import DataError, Error, IntegrityError

from articles.content.problems import Problem, unexpected
from articles.sync.imports.assets import ImageStoreError

AnyFile = TypeVar("AnyFile")

# SQLSTATE's class of what is too large or too complex, which psycopg counts among the troubles of a server.
PROGRAM_LIMIT = "54"


def is_of_a_file(error: Exception) -> bool:
    """Return whether a file may be to blame for an error while it was written, and not the machine or the database."""
    if isinstance(error, Error):
        is_limit = str(getattr(error.__cause__, "sqlstate", None) or "").startswith(PROGRAM_LIMIT)
        return is_limit or isinstance(error, DataError | IntegrityError)
    return not isinstance(error, OSError | MemoryError | ImageStoreError)


def write_narrowed(
    files: Sequence[AnyFile],
    write: Callable[[Sequence[AnyFile]], None],
    leave_out: Callable[[AnyFile, Exception], None],
) -> None:
    """Write files in their order; where that fails because of some, leave these out.

    ``write`` writes all that it is given, or nothing. When it fails, it is given the first half, and then the second.
    """
    if not files:
        return
    try:
        write(files)
    except Exception as error:
        if not is_of_a_file(error):
            raise
        if len(files) == 1:
            leave_out(files[0], error)
            return
        middle = len(files) // 2
        write_narrowed(files[:middle], write, leave_out)
        write_narrowed(files[middle:], write, leave_out)


@contextmanager
def narrowed_to(path: str, add_problem: Callable[[Problem], None]) -> Iterator[None]:
    """Name the file where what is done inside, all or nothing, fails because of it."""
    try:
        yield
    except Exception as error:
        if not is_of_a_file(error):
            raise
        add_problem(unexpected(path, error))
