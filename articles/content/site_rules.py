"""Problems of a file that depend on the other files of its site, with their messages, for imports and checks.

Imports compare files with rows, checks compare them with each other; both use these messages. Functions without a
path return the path to a value, a code and a message; the caller looks up the line.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from articles.content.files import SourceFile
from articles.content.identity import Address, own_images_of, url_of
from articles.content.image_files import ImageFolder, missing_image
from articles.content.parsing import Parsed, line_in
from articles.content.problems import Problem
from articles.content.schema import EntryRecord
from articles.content.validation import name_of
from articles.content.values import OwnImage
from articles.content.warnings import unsized_image
from articles.content.yaml.reader import FrontMatterError, Where

Finding = tuple[Where, str, str]


def problem_in(file: SourceFile, where: Where, code: str, message: str) -> Problem:
    """Return the problem of a value in a file that was parsed elsewhere; the line is looked up in the file."""
    try:
        with open(file.location, "rb") as stream:  # noqa: PTH123 - a location is text
            line = line_in(stream.read(), where)
    except (OSError, ValueError, FrontMatterError):
        line = 1
    return Problem(file.path, line, code, message)


def taken_address(path: str, address: Address, owner: str | None) -> Problem:
    """Return the problem of a file whose address another file has, or an article that was made in the admin (None)."""
    return Problem(path, 1, "E106", f"its address {url_of(*address)} belongs to {owner or 'an article made here'}")


# -- Topics and providers ---------------------------------------------------------


def created_topic(where: Where, name: str) -> Finding:
    return where, "N501", f"{name_of(where)}: the topic {name} has no file; it is created"


def topic_below_itself(name: str) -> Finding:
    return ("parent",), "W406", f"parent: {name} would be below itself; it gets no parent"


# -- Images -----------------------------------------------------------------------


def image_problems(parsed: Parsed[Any], folder: ImageFolder) -> Iterator[Problem]:
    """Yield the site's own images in a valid file that cannot be shown."""
    for image in own_images_of(parsed) if parsed.record else ():
        if fault := image_fault(image, folder, isinstance(parsed.record, EntryRecord)):
            yield parsed.problem(image.where, *fault)


def image_fault(image: OwnImage, folder: ImageFolder, is_article: bool) -> tuple[str, str] | None:
    """Return code and message if an own image cannot be shown: its file is missing, or its size is unknown."""
    if folder.find(image.url) is None:
        return "W405", missing_image(image.url)
    if is_article and image.is_shown_sized and not image.is_sized and folder.size(image.url) is None:
        return "W404", unsized_image(image.where)
    return None


# -- Decisions --------------------------------------------------------------------


def is_complete(names: Sequence[str], articles: Mapping[str, Hashable]) -> bool:
    """Return whether all articles of a decision exist and are different."""
    return len({articles[name] for name in names if name in articles}) == len(names)


def missing_article(where: Where) -> Finding:
    return where, "W409", f"{name_of(where)} names an article that does not exist"
