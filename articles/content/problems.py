"""The problems that files can have, each kind with a short stable code."""

import traceback
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    ERROR = "error"  # the file is not imported
    WARNING = "warning"  # it is imported, but someone should look at it
    NOTE = "note"  # it is imported


# Every code with its meaning; docs/content-format.md shows an example of each.
CODES = {
    "E101": "the file cannot be read",
    "E102": "the file is larger than 2 MB",
    "E103": "the file is not valid UTF-8",
    "E104": "a link leads out of the folder",
    "E105": "the path is too long",
    "E106": "another article has this address",
    "E107": "the path names nothing to import",
    "E108": "an error that nobody thought of",
    "E109": "so many files have gone that none of their articles is withdrawn",
    "E110": "the file cannot be written",
    "E201": "no front matter",
    "E202": "the front matter is not closed",
    "E203": "the front matter is not valid YAML",
    "E204": "nested too deep",
    "E205": "a key occurs twice",
    "E206": "an anchor, alias or merge key",
    "E207": "a tag",
    "E208": "a value that cannot be, such as 30 February",
    "E209": "a key that is not text",
    "E210": "the front matter is not a list of keys and values",
    "E211": "a mistake in newsreader.yaml",
    "E301": "a required key is missing",
    "E302": "a value of the wrong type",
    "E303": "an address that is not http or https",
    "E304": "a domain that is none",
    "E305": "a text, list or number beyond its limits",
    "E306": "a NUL character",
    "W401": "a date without zone, taken to be in the site's zone",
    "W402": "a date in the future, not listed until then",
    "W403": "control characters, or characters that reorder text",
    "W404": "an image without usable size, not shown",
    "W405": "an image that is not in the folder",
    "W406": "a topic that would be below itself",
    "W407": "the file has gone",
    "W408": "a field that the file and an editor changed differently",
    "W409": "a pin or decision about an article that does not exist",
    "W410": "a file that changed since it was imported, and is not written",
    "W411": "a file that has gone, and is not written",
    "W412": "a folder without _news, which has no _data",
    "W413": "another name, old address or other domain that belongs to another topic or provider",
    "W414": "the same piece as in another file",
    "W415": "a file without a date, which gets the time of its last change",
    "W416": "front matter that is read otherwise than it is written",
    "N501": "a topic without a file, created",
    "N502": "the same related article twice, linked once",
    "N503": "a topic or provider that an editor merged into another, whose file is not used",
    "N504": "the dialect that the files of a folder are read in",
    "N505": "components of MDX, which are left out",
    "N506": "a page of the site among its articles, not listed",
    "N507": "files whose articles were cleaned up, and which stay out",
}
LEVELS = {"E": Level.ERROR, "W": Level.WARNING, "N": Level.NOTE}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A problem in a file: its line (from 1; 0 if it is with the file as a whole), its code and a message."""

    path: str
    line: int
    code: str
    message: str

    @property
    def level(self) -> Level:
        return LEVELS[self.code[0]]

    def __str__(self) -> str:
        return f"{place(self.path, self.line)}: {self.message} [{self.level} {self.code}]"


def place(path: str, line: int) -> str:
    """Return a path with its line, as terminals and editors open it, or without if there is none."""
    return f"{path}:{line}" if line else path


def unexpected(path: str, error: Exception) -> Problem:
    """Return an unexpected error as the problem of the file that caused it: only that file is not imported."""
    frames = list(traceback.walk_tb(error.__traceback__))
    place = f" ({Path(frames[-1][0].f_code.co_filename).name}:{frames[-1][1]})" if frames else ""
    # On further lines, databases add the values of the row.
    words = (
        next(iter(str(error).splitlines()), "")[:200].replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
    )
    return Problem(
        path,
        0,
        "E108",
        f"the file is not imported because of an error in this program: {type(error).__name__}{place}: {words}",
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem in a text whose file is not known yet; ``line`` is relative to the text, from 1."""

    line: int
    code: str
    message: str
