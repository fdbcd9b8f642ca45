"""Files that lead to one piece at its provider, though their addresses may be written in different ways. Pure."""

from articles.content.files import SourceFile
from articles.content.parsing import address_in
from articles.content.problems import Problem
from articles.content.schema import ArticleRecord
from articles.content.web_addresses import piece_number
from articles.content.yaml.reader import FrontMatterError

# By the number of a piece, the file that named it first, or None for an article made here.
Pieces = dict[int, SourceFile | None]


def piece_of(record: ArticleRecord) -> int | None:
    """Return the number of the piece that an article is about; None where it is withdrawn, and shown nowhere."""
    return None if record.removed else piece_number(record.address)


def duplicate_of(file: SourceFile, piece: int | None, pieces: Pieces) -> Problem | None:
    """Return the problem of a file whose piece another one named before; else keep it as that of ``file``."""
    if piece is None:
        return None
    other = pieces.setdefault(piece, file)
    if other == file:
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
