"""Checks article files one by one, in worker processes if there are any."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from articles.content.dialects.dialect import Dialect
from articles.content.dialects.finding import surroundings_of
from articles.content.dialects.translation import NOTHING_KNOWN
from articles.content.duplicates import piece_of
from articles.content.files import SourceFile, read
from articles.content.identity import Address, address_of
from articles.content.image_files import ImageFolder
from articles.content.parsing import parse_article
from articles.content.problems import Problem, unexpected
from articles.content.site_rules import image_problems

Files = tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of checking one article file, with what has to be compared with others: its address, its topics.

    ``image_problems`` and topics count only if the address is free, since otherwise the file is not imported.
    """

    file: SourceFile
    problems: tuple[Problem, ...] = ()
    is_read: bool = True
    address: Address | None = None
    piece: int | None = None
    image_problems: tuple[Problem, ...] = ()
    topics: tuple[str, ...] = ()


class ArticleChecker:
    """Checks article files of one site."""

    def __init__(self, root: Path, now: dt.datetime, dialect: Dialect) -> None:
        self.now = now
        self.dialect = dialect
        self.images = ImageFolder(root, dialect.images)

    def check(self, file: SourceFile) -> Checked:
        try:
            return self._check(file)
        except Exception as error:  # noqa: BLE001 - the other files are checked after any error
            return Checked(file, (unexpected(file.path, error),))

    def _check(self, file: SourceFile) -> Checked:
        content = read(file)
        if isinstance(content, Problem):
            return Checked(file, (content,), is_read=False)
        around = NOTHING_KNOWN if self.dialect.is_house else surroundings_of(file.location)
        parsed = parse_article(file.path, content.data, self.now, self.dialect, around)
        if parsed.record is None:
            return Checked(file, parsed.problems)
        return Checked(
            file,
            parsed.problems,
            address=address_of(parsed, parsed.record),
            piece=piece_of(parsed.record),
            image_problems=tuple(image_problems(parsed, self.images)),
            topics=tuple(parsed.record.topics),
        )


def check_articles(root: Path, now: dt.datetime, dialect: Dialect, files: Files) -> list[Checked]:
    checker = ArticleChecker(root, now, dialect)
    return [checker.check(file) for file in files]
