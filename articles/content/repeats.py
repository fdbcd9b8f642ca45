"""Which problems are worth a line on a terminal, where a site has hundreds of one kind, and in which order."""

from collections import Counter
from collections.abc import Iterator

from articles.content.problems import Level, Problem

SHOWN_OF_A_KIND = 3
GATHERED = 10_000  # lines
ORDER = {level: number for number, level in enumerate(Level)}  # the worst first


class Repeats:
    """Picks the problems to print: the first three of each kind, and all whose level is in ``failing``.

    ``everything`` picks all of them.
    """

    def __init__(self, everything: bool = False, failing: frozenset[Level] = frozenset({Level.ERROR})) -> None:
        self.everything = everything
        self.failing = failing
        self.counts: Counter[str] = Counter()

    def shows(self, problem: Problem) -> bool:
        """Count a problem, and return whether to print it."""
        if self.everything or problem.level in self.failing:
            return True
        self.counts[problem.code] += 1
        return self.counts[problem.code] <= SHOWN_OF_A_KIND

    def summary(self) -> Iterator[str]:
        """Yield a line for each kind of which more was found than printed."""
        for code, count in sorted(self.counts.items()):
            if count > SHOWN_OF_A_KIND:
                yield f"{count - SHOWN_OF_A_KIND} more of {code}; --verbose shows all"


class Groups:
    """Lines about problems by kind, errors first; within a kind in the order in which they were found.

    So as not to hold a line for each of a million files, what was gathered is given whenever it has become long.
    """

    def __init__(self) -> None:
        self.lines: list[tuple[int, str, str]] = []

    def add(self, problem: Problem, line: str) -> Iterator[str]:
        """Add the line of a problem; yield lines if there are many."""
        self.lines.append((ORDER[problem.level], problem.code, line))
        if len(self.lines) >= GATHERED:
            yield from self.rest()

    def rest(self) -> Iterator[str]:
        """Yield the lines that have not been given yet."""
        lines, self.lines = self.lines, []
        for _, _, line in sorted(lines, key=lambda each: each[:2]):
            yield line
