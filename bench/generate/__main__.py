"""``python -m bench.generate``."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.generate.site import generate_site
from bench.generate.statistics import measure
from bench.generate.vocabulary import DEFAULT_MEAN_RELATED


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = _parser().parse_args(arguments)
    folder: Path = options.folder
    if options.articles:
        start = time.perf_counter()
        try:
            generate_site(
                folder,
                options.articles,
                options.seed,
                mean_related=options.mean_related,
            )
        except (FileExistsError, ValueError) as error:
            print(f"bench.generate: {error}", file=sys.stderr)
            return 1
        seconds = time.perf_counter() - start
        print(f"{options.articles} articles in {folder}, {seconds:.1f} s")
    if options.stats:
        print("\n".join(measure(folder).lines()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.generate",
        description="Generate a realistic content site for benchmarks.",
    )
    parser.add_argument("folder", type=Path, help="site folder, made if need be")
    parser.add_argument("--articles", type=int, default=0, help="none: only measure")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--mean-related",
        type=float,
        default=DEFAULT_MEAN_RELATED,
        help="entries a file (default: %(default)s; real data: 28)",
    )
    parser.add_argument("--stats", action="store_true", help="measure the folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
