"""Finds files about the same piece at its provider, even if they write its address differently. Pure."""

from articles.content.files import SourceFile
from articles.content.parsing import address_in
from articles.content.problems import Problem
from articles.content.schema import ArticleRecord
from articles.content.web_addresses import piece_number
from articles.content.yaml.reader import FrontMatterError

# The file that named a piece first, by the piece's number; None for an article made here.
Pieces = dict[int, SourceFile | None]


def piece_of(record: ArticleRecord) -> int | None:
    """Return the number of an article's piece; None if it is withdrawn, as duplicates of those do no harm."""
    return None if record.removed else piece_number(record.address)


def duplicate_of(file: SourceFile, piece: int | None, pieces: Pieces) -> Problem | None:
    """Return the problem of a file whose piece an earlier file has, or else record ``file`` as the one that has it."""
    if piece is None:
        return None
    other = pieces.setdefault(piece, file)
    if other is file or other == file:
        return None
    key, line = _address_in(file)
    place = f"{other.path}:{_address_in(other)[1]}" if other else "an article made here"
    message = f"{key} leads to the same piece as {place}; both stay, as copies in one story"
    return Problem(file.path, line, "W414", message)


def _address_in(file: SourceFile) -> tuple[str, int]:
    try:
        with open(file.location, "rb") as stream:  # noqa: PTH123 - a location is text
            return address_in(stream.read())
    except (OSError, ValueError, FrontMatterError):
        return "webUrl", 1
