"""Measures how well stories are events: labelled pairs of articles, and how long stories last.

``python -m bench.story_pairs [--wrong]``

Pairs are in tests/stories/pairs/. Those that are held back were never used for tuning. Without ../shared/corpora there
are only made-up ones. No database is needed.
"""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.story_pairs import Measure, Pair, Site

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--wrong", action="store_true", help="print the pairs that come out wrong")
    arguments = parser.parse_args()
    import django

    os.environ |= {"SECRET_KEY": "bench", "DJANGO_SETTINGS_MODULE": "newsreader.settings"}
    django.setup()
    report(arguments.wrong)


def report(with_wrong: bool) -> None:
    """Print precision and recall of both halves, and the spans of azure-sample's stories."""
    from tests.support.story_pairs import GERMAN, measure, read_german, read_pairs, read_site, spans

    german, pairs = read_german()
    sites = {GERMAN: german}
    fresh: list[Pair] = []  # drawn at random
    if CORPORA.is_dir():
        pairs += read_pairs()
        fresh = read_pairs("fresh")
        sites |= {name: read_site(CORPORA / name) for name in ("azure-sample", "powerapps")}
    parts = {
        "for tuning": [pair for pair in pairs if not pair.held_back],
        "held back": [pair for pair in pairs if pair.held_back],
        "fresh": fresh,
    }
    for name, some in parts.items():
        print_measure(name, some, measure(some, sites), with_wrong, sites)
    if "azure-sample" in sites:
        days = spans(sites["azure-sample"])
        middle, high = days[len(days) // 2], days[int(len(days) * 0.95)]
        print(
            f"azure-sample: {len(days)} stories of several; median {middle:.1f} days, 95 % {high:.1f}, at most {days[-1]:.1f}"
        )


def print_measure(name: str, pairs: "list[Pair]", found: "Measure", with_wrong: bool, sites: "dict[str, Site]") -> None:
    same = sum(pair.same for pair in pairs)
    print(
        f"{name}: {len(pairs)} pairs, {same} of one event: precision {found.precision:.3f}, recall {found.recall:.3f}"
    )
    for label, some in (("joined, but different", found.wrong), ("missed", found.missed)) if with_wrong else ():
        for pair in some:
            site = sites[pair.site]
            one, other = (site.texts[site.keys[key]].title for key in (pair.one, pair.other))
            print(f"  {label}: {one} | {other}")


if __name__ == "__main__":
    main()
