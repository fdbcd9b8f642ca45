"""The site folder that an export writes to, with the state and the report of the export."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import timezone

from articles.content.dialects.dialect import Dialect
from articles.content.dialects.finding import place_of
from articles.content.layout import NEWS_FOLDER
from articles.content.problems import Level, Problem
from articles.models import Article, ContentFolder

ProblemHandler = Callable[[Problem], None]


@dataclass(slots=True)
class ExportReport:
    """The numbers of an export: files created, updated and unchanged, and problems by level."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))
    paths: list[str] = field(default_factory=list)
    articles: list[int] = field(default_factory=list)  # whose files were written


class Folder:
    """A site folder to export into; with ``everything``, missing files are written, too."""

    def __init__(self, root: Path, on_problem: ProblemHandler, everything: bool = False) -> None:
        self.root = root.resolve()
        self.on_problem = on_problem
        self.everything = everything
        self.report = ExportReport()
        zone = timezone.get_default_timezone()
        self.dialect = place_of(self.root, self.root, zone).dialect or Dialect(zone=zone)
        self.is_own = ContentFolder.objects.filter(path=str(self.root)).exists()
        self.is_site = (self.root / NEWS_FOLDER).is_dir() or (
            everything and not Article.objects.outside_of_sites().exists()
        )
        # Paths of new files, by article id.
        self.new_paths: dict[int, str] = {}

    @property
    def own_root(self) -> Path | None:
        """The folder, if articles were imported from it."""
        return self.root if self.is_own else None

    def names(self, ids: set[int]) -> Mapping[int, str]:
        """Return the names of articles in decisions: paths of files, or addresses of references. Drafts are excluded."""
        rows = Article.objects.filter(pk__among=ids, is_draft=False).values_list(
            "pk", "source_path", "web_url", "original_url"
        )
        return {
            pk: self.new_paths.get(pk) or path or web_url or original_url for pk, path, web_url, original_url in rows
        }

    def add(self, problem: Problem) -> None:
        """Count and report a problem."""
        self.report.problems[problem.level] += 1
        self.on_problem(problem)

    def add_problem(self, path: str, code: str, message: str) -> None:
        self.add(Problem(path, 0, code, message))
