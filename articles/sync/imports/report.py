"""The options and the result of an import."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from articles.content.problems import Level, Problem
from articles.content.processes import Workers

ProblemHandler = Callable[[Path, Problem], None]
ProgressHandler = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """The options of an import.

    A dry run does everything in one transaction and rolls it back. ``prune`` withdraws the articles whose files are
    missing, but no more than a tenth of a folder with more than 20, unless ``prune_all`` is set. ``on_progress`` gets
    the numbers of files done and in total; ``readers`` are running workers; ``run`` is the id of the record that
    articles' histories refer to.
    """

    dry_run: bool = False
    prune: bool = False
    prune_all: bool = False
    on_progress: ProgressHandler = lambda done, total: None
    readers: Workers | None = None
    run: int | None = None


@dataclass(slots=True)
class Report:
    """The totals of an import: article files by result, other files, problems by level.

    Of those ``read``, each was created, updated, unchanged, moved or ``left_out``; ``unread`` could not be read.
    ``missing`` are articles whose files are missing; ``data_files`` are those of topics, providers and decisions.
    """

    read: int = 0
    unread: int = 0
    left_out: int = 0
    data_files: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: int = 0
    missing: int = 0
    conflicts: int = 0
    problems: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))

    @property
    def stayed_out(self) -> int:
        """Return how many article files were not imported, whether they could be read or not."""
        return self.left_out + self.unread

    @property
    def exit_code(self) -> int:
        """0 without errors, 1 if some files were not imported, 2 if nothing could be read."""
        if not (self.read or self.data_files):
            return 2
        return 1 if self.problems[Level.ERROR] else 0
