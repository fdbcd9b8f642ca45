"""Measures exports, compared with plain YAML parsing of the same files.

``python -m bench.exporting [--articles 20000] [--database-url postgres://...]``

A generated site is imported into a database made for the run; one article is edited and exported into the site, then
all of them into an empty folder, each by ``manage.py export_articles`` in a process of its own. Times are also ratios to
that of ``yaml.load`` of the same files in one process, measured before and after in the same run.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.generate import generate_site
from bench.import_rounds import FIRST, Site
from bench.importing import SEED, baseline, import_site, site_environment
from bench.pages import BENCH_DIR
from bench.processes import PROJECT, elsewhere, machine, manage, seconds_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.exporting", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--database-url", help="any database of a PostgreSQL server; default: SQLite")
    arguments = parser.parse_args()
    print(machine())
    (BENCH_DIR / "tmp").mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=BENCH_DIR / "tmp") as folder,
        site_environment(arguments.database_url) as environment,
    ):
        site = Site("generated", Path(folder) / "site", target=0)
        generate_site(site.folder, arguments.articles, SEED)
        import_site(site, FIRST, environment, seconds_of)
        before = baseline(site)
        elsewhere("print_edited()", environment, module="bench.exporting")
        one = export(site.folder, environment, "changed 1,")
        # In addition to articles, topics and providers that editors changed, and the addresses of stories.
        everything = export(Path(folder) / "all", environment, "changed 0, unchanged 0, problems: 0 errors,", "--all")
        expect_same(site.folder / "_news", Path(folder) / "all" / "_news")
        plain = statistics.mean((before, baseline(site)))
    print(f"\n| {arguments.articles:,} articles | seconds | ratio | at most |\n|---|---:|---:|---|")
    print(f"| plain `yaml.load` | {plain:.2f} | 1 | |")
    print(f"| one edited article | {one:.2f} | {one / plain:.3f} | 2 s |")
    print(f"| all, into an empty folder | {everything:.2f} | {everything / plain:.3f} | ratio 1 |")


def export(folder: Path, environment: dict[str, str], expected: str, *options: str) -> float:
    """Return the seconds of an export; raise RuntimeError unless it prints what is ``expected``."""
    print(f"{time.strftime('%H:%M:%S')} exporting {' '.join(options)}", file=sys.stderr)
    command = manage("export_articles", str(folder), *options)
    began = time.perf_counter()
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - began
    if expected not in done.stdout:
        raise RuntimeError(f"the export printed: {done.stdout[-300:]}")
    return seconds


def expect_same(old: Path, new: Path) -> None:
    """Raise RuntimeError unless the files of two folders are the same but for the edited one."""
    names = {path.relative_to(old) for path in old.rglob("*.md")}
    differing = [name for name in names if (old / name).read_bytes() != (new / name).read_bytes()]
    if differing or len(names) != sum(1 for _ in new.rglob("*.md")):
        raise RuntimeError(f"{len(differing)} of {len(names)} files differ, such as {differing[:1]}")


def print_edited() -> None:
    """Edit an article, and print how many were edited."""
    import django

    django.setup()
    from articles.editorial.edits import edit_articles
    from articles.models import Article

    first = Article.objects.filter(is_reference=False).order_by("pk").values_list("pk", flat=True)[:1]
    print(edit_articles(list(first), title="Edited at the desk"))


if __name__ == "__main__":
    main()
