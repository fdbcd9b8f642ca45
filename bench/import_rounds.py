"""What a benchmark of imports measures, and its table."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Peak

FIRST, UNCHANGED, HUNDREDTH, ONE = (
    "first import",
    "re-import, nothing changed",
    "re-import, 1 % of the files changed",
    "re-import, one file changed",
)
TARGETS = {UNCHANGED: "ratio ≤ 0.05", HUNDREDTH: "", ONE: "< 2 s"}
MEMORY_TARGET = "< 300 MB"


@dataclass(frozen=True, slots=True)
class Site:
    """A folder of our own to import and change; the target is the first import's ratio to the baseline."""

    name: str
    folder: Path
    target: float

    @property
    def files(self) -> list[Path]:
        """Return the article files in the order of their names."""
        news = self.folder / "_news"
        return sorted((news if news.is_dir() else self.folder).rglob("*.md"))


@dataclass(frozen=True, slots=True)
class Round:
    """One measurement of everything: the baseline in seconds before and after the imports, and the imports.

    Looking at a process's memory holds it up for a tenth of its time and more, so that each import is made twice, into
    two databases: ``seconds`` are of imports without sampling of the memory, ``peaks`` of the others.
    """

    before: float
    after: float
    seconds: dict[str, float]
    peaks: dict[str, Peak]
    database: str  # the engine, and what the imports left in it

    def ratio(self, name: str) -> float:
        return self.seconds[name] / statistics.mean((self.before, self.after))


def table(site: Site, rounds: Sequence[Round]) -> str:
    """Return the facts and results of a site as Markdown."""
    sizes = [path.stat().st_size for path in site.files]
    before, after = (statistics.median(values) for values in zip(*((r.before, r.after) for r in rounds), strict=True))
    targets = {FIRST: f"ratio ≤ {site.target}"} | TARGETS
    lines = [
        f"### {site.name}: {len(sizes):,} files, {sum(sizes) / 1e6:.1f} MB\n",
        f"{rounds[0].database}; {len(rounds)} round{'s' if len(rounds) > 1 else ''}.\n",
        f"| | seconds | ratio | target | memory of the tree ({MEMORY_TARGET}) | largest process ({MEMORY_TARGET}) |",
        "|---|---:|---:|---|---:|---:|",
        f"| plain `yaml.load`, before and after | {before:.2f}, {after:.2f} | 1 | | | |",
    ]
    return "\n".join([*lines, *(row(name, target, rounds) for name, target in targets.items())])


def row(name: str, target: str, rounds: Sequence[Round]) -> str:
    """Return a line of the table: medians of the times, and the highest memory of all rounds."""
    seconds = statistics.median(each.seconds[name] for each in rounds)
    ratio = statistics.median(each.ratio(name) for each in rounds)
    peaks = [each.peaks[name] for each in rounds]
    highest = (max(peak.tree for peak in peaks), max(peak.process for peak in peaks))
    memory = " | ".join(f"{value:.0f} MB" if value else "not measured" for value in highest)
    return f"| {name} | {seconds:.2f} | {ratio:.3f} | {target} | {memory} |"
