"""The totals of a check, and the problems of files that cause unexpected errors."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from articles.content.problems import Level, Problem, unexpected


@dataclass(slots=True)
class Report:
    """The totals of a check: files read, problems by level."""

    files: int = 0
    problems: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))

    def exit_code(self, strict: bool) -> int:
        """0 without errors, 1 with errors (or, if strict, warnings), 2 if nothing could be read."""
        if not self.files:
            return 2
        return 1 if self.problems[Level.ERROR] or (strict and self.problems[Level.WARNING]) else 0


def guarded(path: str, problems: Iterator[Problem]) -> list[Problem]:
    """Return the problems of a file; an unexpected error while looking for them is one, too."""
    found: list[Problem] = []
    try:
        found.extend(problems)
    except Exception as error:  # noqa: BLE001 - the other files are checked after any error
        found.append(unexpected(path, error))
    return sorted(found)
