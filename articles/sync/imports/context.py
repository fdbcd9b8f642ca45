"""The context of an import: its folder, its report, and where problems go."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from articles.content.dialects.dialect import HOUSE, Dialect
from articles.content.duplicates import Pieces
from articles.content.files import SourceFile
from articles.content.problems import Problem
from articles.content.site_rules import problem_in
from articles.content.yaml.reader import Where
from articles.models import ContentFolder
from articles.sync.imports.assets import Assets
from articles.sync.imports.incoming import IncomingArticle
from articles.sync.imports.report import Report


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder that files are imported from; ``paths`` are the paths of its article files.

    ``may_have_moved``: articles were imported before, so that a new file may be the moved file of one of them.
    """

    root: Path
    paths: Collection[str]
    row: ContentFolder
    assets: Assets
    pieces: Pieces
    may_have_moved: bool
    dialect: Dialect = HOUSE


@dataclass(frozen=True, slots=True)
class Context:
    """The source of articles, and where their results and problems are reported.

    ``folder`` is None for articles that do not come from files; ``run`` is the record that histories refer to.
    """

    report: Report
    add_problem: Callable[[Problem], None]
    folder: Folder | None = None
    run: int | None = None

    def report_problem(self, article: IncomingArticle, where: Where, code: str, message: str) -> None:
        """Report a problem of an article; its line is looked up in its file, which was parsed elsewhere."""
        if self.folder and article.file:
            self.add_problem(problem_in(SourceFile(self.folder.root, article.source), where, code, message))
        else:
            self.add_problem(Problem(article.source, 1, code, message))
