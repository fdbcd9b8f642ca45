"""What writing articles needs to know beside them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from articles.content.duplicates import Pieces
from articles.content.parsing import line_in
from articles.content.problems import Problem
from articles.content.yaml.reader import FrontMatterError, Where
from articles.models import ContentFolder
from articles.sync.imports.assets import Assets
from articles.sync.imports.incoming import IncomingArticle
from articles.sync.imports.report import Report


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder that files are imported from: ``paths`` are those of its article files.

    ``may_have_moved``: there were articles from files before, so that a new file may be the file of one of them.
    """

    root: Path
    paths: Collection[str]
    row: ContentFolder
    assets: Assets
    pieces: Pieces
    may_have_moved: bool


@dataclass(frozen=True, slots=True)
class Context:
    """Where articles come from and where it is reported what becomes of them.

    ``folder`` is None for articles that do not come from files; ``run`` is the record that histories refer to.
    """

    report: Report
    add_problem: Callable[[Problem], None]
    folder: Folder | None = None
    run: int | None = None

    def report_problem(self, article: IncomingArticle, where: Where, code: str, message: str) -> None:
        """Report a problem of an article; its line is looked up in its file, which was parsed elsewhere."""
        path, line = article.source, 1
        if self.folder and article.file:
            try:
                line = line_in((self.folder.root / path).read_bytes(), where)
            except (OSError, ValueError, FrontMatterError):
                line = 1
        self.add_problem(Problem(path, line, code, message))
