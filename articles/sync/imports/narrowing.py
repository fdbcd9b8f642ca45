"""Writes many files at once; if that fails because of one of them, finds it and leaves it out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import DataError, Error, IntegrityError

from articles.content.problems import Problem, unexpected
from articles.sync.imports.assets import ImageStoreError

AnyFile = TypeVar("AnyFile")

# The SQLSTATE class of values that are too large or complex, which psycopg reports as an operational error.
PROGRAM_LIMIT = "54"


def is_of_a_file(error: Exception) -> bool:
    """Return whether an error may be caused by a file, rather than by the machine or the database."""
    if isinstance(error, Error):
        is_limit = str(getattr(error.__cause__, "sqlstate", None) or "").startswith(PROGRAM_LIMIT)
        return is_limit or isinstance(error, DataError | IntegrityError)
    return not isinstance(error, OSError | MemoryError | ImageStoreError)


def write_narrowed(
    files: Sequence[AnyFile],
    write: Callable[[Sequence[AnyFile]], None],
    leave_out: Callable[[AnyFile, Exception], None],
) -> None:
    """Write files in order, and leave out those that cannot be written.

    ``write`` writes all of the files that it gets, or none. If it fails, it gets the first half, then the second.
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
    """Report an error in the block as a problem of the file, if it may be caused by that."""
    try:
        yield
    except Exception as error:
        if not is_of_a_file(error):
            raise
        add_problem(unexpected(path, error))
