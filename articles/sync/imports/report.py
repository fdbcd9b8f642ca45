"""What an import is asked to do, and what it did."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from articles.content.problems import Level, Problem
from articles.content.processes import Workers

ProblemHandler = Callable[[Path, Problem], None]
ProgressHandler = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to import.

    A dry run does everything in one transaction and takes it back. ``prune`` withdraws the articles whose files have
    gone, but of a folder with more than 20 not more than a tenth, unless ``prune_all`` says so. ``on_progress`` gets the
    numbers of files done and of all; ``readers`` are workers that run already; ``run`` is the id of the record that
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
    """What an import did, in numbers: article files by what became of them, other files, problems by level.

    Of those ``read``, each was created, updated, unchanged, moved or ``left_out``; ``unread`` could not be read.
    ``missing`` are articles whose files have gone; ``data_files`` are those of topics, providers and decisions.
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
        """Return how many article files did not get in, whether they could be read or not."""
        return self.left_out + self.unread

    @property
    def exit_code(self) -> int:
        """0 without errors, 1 when some files stayed out, 2 when nothing could be read."""
        if not (self.read or self.data_files):
            return 2
        return 1 if self.problems[Level.ERROR] else 0
