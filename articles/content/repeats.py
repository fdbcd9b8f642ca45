"""Which problems are worth a line on a terminal, where a site has hundreds of one kind."""

from collections import Counter
from collections.abc import Iterator

from articles.content.problems import Level, Problem

SHOWN_OF_A_KIND = 3


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
