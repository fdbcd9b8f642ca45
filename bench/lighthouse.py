"""Runs Lighthouse on the reader's pages on a phone, and prints a Markdown table.

``python -m bench.lighthouse [--runs 3]``

The sample edition is served as in production and audited on this machine's Chromium with Lighthouse's mobile preset: a
slow phone and a slow network, both simulated. Figures are medians of the runs, which take turns.
"""

import argparse
import json
import shutil
import statistics
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from articles.views.robots import NOT_FOR_ROBOTS
from bench.chromium import ARGUMENTS, find_chromium
from bench.production import Site, production_site
from tests.support.edition import LIGHTHOUSE_PAGES, PAGES

TOOLS = Path(__file__).resolve().parent.parent / "tests" / "tools"
# Those that the page alone decides, and the one that time does.
DETERMINISTIC = ("accessibility", "best-practices", "seo")
PERFORMANCE = "performance"
METRICS = {
    "first-contentful-paint": ("first paint, s", 1000, 2),
    "largest-contentful-paint": ("largest paint, s", 1000, 2),
    "total-blocking-time": ("blocked, ms", 1, 0),
    "cumulative-layout-shift": ("layout shift", 1, 3),
    "document-bytes": ("HTML, kB", 1000, 1),
    "style-and-script-bytes": ("CSS and JS, kB", 1000, 1),
    "total-byte-weight": ("all, kB", 1000, 0),
}


@dataclass(frozen=True, slots=True)
class Audit:
    """``scores``: of 100, by category; ``values``: in the units of Lighthouse's audits; ``flaws``: what is not perfect."""

    name: str
    scores: dict[str, int]
    values: dict[str, float]
    flaws: tuple[str, ...]


def missing_tool() -> str | None:
    """Return what must be installed before Lighthouse can run here, or None."""
    if shutil.which("node") is None:
        return "no Node.js on this machine for Lighthouse"
    if not (TOOLS / "node_modules" / "lighthouse").is_dir():
        return "Lighthouse is missing: npm ci --prefix tests/tools --ignore-scripts"
    return None if find_chromium() else "no Chromium on this machine"


def addresses(site: Site, names: Iterable[str]) -> dict[str, str]:
    """Return the address of each page by its name in PAGES."""
    return {name: site.url + (site.story if name == "story" else PAGES[name]) for name in names}


def audit(
    pages: Mapping[str, str], categories: Sequence[str], throttling: str = "simulate", chromium: str | None = None
) -> Iterator[Audit]:
    """Audit the pages, addresses by name, one after the other in one browser: that of readers, unless another is named."""
    job = {
        "chromium": chromium or find_chromium(),
        "arguments": [*ARGUMENTS, "--headless=new"],
        "categories": categories,
        "throttling": throttling,
        "pages": [{"name": name, "url": url, "skip": skipped(url)} for name, url in pages.items()],
    }
    command = ["node", str(TOOLS / "lighthouse.mjs")]
    result = subprocess.run(command, input=json.dumps(job), text=True, stdout=subprocess.PIPE, check=True, timeout=600)
    for line in result.stdout.splitlines():
        found = json.loads(line)
        scores = {category: round(score * 100) for category, score in found["scores"].items()}
        yield Audit(found["name"], scores, found["values"], tuple(found["flaws"]))


def skipped(url: str) -> list[str]:
    """Return the audits that do not apply to a page: robots are excluded from some on purpose, or not to index them."""
    path = url.split("/", maxsplit=3)[-1]
    return ["is-crawlable"] if f"/{path}".startswith((*NOT_FOR_ROBOTS, "/search/?")) else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--flaws", action="store_true", help="print what is not perfect, too")
    arguments = parser.parse_args()
    if reason := missing_tool():
        raise SystemExit(reason)
    with production_site() as site:
        pages = addresses(site, LIGHTHOUSE_PAGES)
        runs = [list(audit(pages, [PERFORMANCE, *DETERMINISTIC])) for _ in range(arguments.runs)]
    print(table(runs))
    if arguments.flaws:
        print("\n".join(f"{each.name}: {flaw}" for each in runs[-1] for flaw in each.flaws))


def table(runs: list[list[Audit]]) -> str:
    """Return the medians of the runs, one row for each page."""
    categories = [PERFORMANCE, *DETERMINISTIC]
    heads = [*categories, *(title for title, _, _ in METRICS.values())]
    lines = [f"{date.today().isoformat()}, medians of {len(runs)}:\n", f"| page | {' | '.join(heads)} |"]
    lines.append(f"| --- |{' ---: |' * len(heads)}")
    for audits in zip(*runs, strict=True):
        scores = [f"{statistics.median(each.scores[category] for each in audits):.0f}" for category in categories]
        values = [
            f"{statistics.median(each.values[key] for each in audits) / unit:.{digits}f}"
            for key, (_, unit, digits) in METRICS.items()
        ]
        lines.append(f"| {audits[0].name} | {' | '.join([*scores, *values])} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
