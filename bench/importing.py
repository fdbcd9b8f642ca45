"""Measures the time and memory of imports, compared with plain YAML parsing of the same files.

``python -m bench.importing [--articles 20000] [--site FOLDER] [--database-url postgres://...] [--rounds 1]``
``python -m bench.importing --memory 20000 100000 1000000 [--database-url postgres://...]``

Each import is ``manage.py import_articles`` in a process of its own, start-up included, into a database made for
the round. Seconds mean little on a busy or unknown machine; hence each is also given as a ratio to the baseline of
the same round: ``yaml.load`` of the front matter in one process, measured before and after the imports. The
tables are Markdown. With ``--memory``, generated sites of so many articles are imported once each, for how much memory
that takes.
"""

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import yaml

from bench.generate import generate_site  # noqa: F401 - for processes of its own
from bench.import_rounds import FIRST, HUNDREDTH, MEMORY_TARGET, ONE, UNCHANGED, Round, Site, table
from bench.pages import BENCH_DIR
from bench.processes import (
    DATABASE,
    PROJECT,
    elsewhere,
    environment_for,
    machine,
    manage,
    new_database,
    peak_of,
    progress,
    seconds_of,
)

AZURE_SAMPLE = PROJECT.parent / "shared" / "corpora" / "azure-sample"
SEED = 1
Measured = TypeVar("Measured")


# -- The command ----------------------------------------------------------------


def main() -> None:
    arguments = parsed_arguments()
    print(machine())
    (BENCH_DIR / "tmp").mkdir(parents=True, exist_ok=True)
    if arguments.memory:
        print_memory(arguments.memory, arguments.database_url)
        return
    with tempfile.TemporaryDirectory(dir=BENCH_DIR / "tmp") as folder:
        for site in sites(Path(folder), arguments.site, arguments.articles):
            rounds = [measure(site, arguments.database_url) for _ in range(arguments.rounds)]
            print(f"\n{table(site, rounds)}", flush=True)
    print("\nMemory is that of all the import's processes (PSS) and of the largest (RSS), not of a PostgreSQL server.")


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.importing", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=20_000, help="size of the generated site; 0: none")
    parser.add_argument("--site", type=Path, help="a site folder, instead of the shared azure-sample")
    parser.add_argument(
        "--database-url",
        help=f"any database of a PostgreSQL server, where {DATABASE} is dropped, made, and dropped; default: SQLite",
    )
    parser.add_argument("--rounds", type=int, default=1, help="the median of so many is shown")
    parser.add_argument(
        "--memory", type=int, nargs="+", metavar="ARTICLES", help="measure the memory of first imports of so many"
    )
    arguments = parser.parse_args()
    if arguments.database_url and not arguments.database_url.startswith(("postgres:", "postgresql:")):
        parser.error("--database-url is for PostgreSQL; SQLite is the default")
    if arguments.site and not arguments.site.is_dir():
        parser.error(f"there is no folder {arguments.site}")
    return arguments


def print_memory(numbers: Sequence[int], database_url: str | None) -> None:
    """Print the memory of first imports of generated sites, and their time while it is sampled."""
    print(f"\n| files | memory of the tree ({MEMORY_TARGET}) | largest process ({MEMORY_TARGET}) | seconds |")
    print("|---:|---:|---:|---:|", flush=True)
    for number in numbers:
        with tempfile.TemporaryDirectory(dir=BENCH_DIR / "tmp") as folder:
            site = generated(Path(folder), number)
            with site_environment(database_url) as environment:
                began = time.perf_counter()
                peak = import_site(site, FIRST, environment, peak_of)
                seconds = time.perf_counter() - began
                arrived = int(elsewhere("print_files()", environment))
        if arrived != number:
            raise RuntimeError(f"{arrived} of {number} files have become articles")
        print(f"| {number:,} | {peak.tree:.0f} MB | {peak.process:.0f} MB | {seconds:.0f} |", flush=True)


def generated(folder: Path, articles: int) -> Site:
    """Return a generated site, made in a process of its own, which takes memory for each article."""
    progress(f"generating {articles:,} articles")
    call = f"generate_site(Path({str(folder / 'generated')!r}), {articles}, {SEED})"
    elsewhere(call, dict(os.environ))
    return Site("generated", folder / "generated", target=0.4)


def sites(folder: Path, real: Path | None, articles: int) -> Iterator[Site]:
    """Yield copies in the folder, since files get changed: of the real site, if there is one, and a generated one."""
    source = (real or AZURE_SAMPLE).resolve()
    if source.is_dir():
        copy = shutil.copytree(source, folder / "real" / source.name)
        yield Site(source.name, copy, target=0.8)
    else:
        print(f"\nThere is no {source}: only the generated site is measured.")
    if articles:
        yield generated(folder, articles)


# -- Measuring ------------------------------------------------------------------


def measure(site: Site, database_url: str | None) -> Round:
    """Measure one round, in new databases."""
    for path in site.files:
        path.read_bytes()  # else the first baseline alone would wait for the disk
    before = baseline(site)
    with site_environment(database_url) as environment:
        seconds = dict(imports(site, environment, seconds_of))
        database = elsewhere("print_database()", environment)
    after = baseline(site)
    with site_environment(database_url) as environment:
        peaks = dict(imports(site, environment, peak_of))
    return Round(before, after, seconds, peaks, database)


@contextlib.contextmanager
def site_environment(database_url: str | None) -> Iterator[dict[str, str]]:
    """Yield the environment of a site without articles."""
    with tempfile.TemporaryDirectory(dir=BENCH_DIR / "tmp") as folder, new_database(database_url, Path(folder)) as url:
        environment = environment_for(url, Path(folder))
        subprocess.run(manage("migrate", "--verbosity=0"), cwd=PROJECT, env=environment, check=True)
        yield environment


def baseline(site: Site) -> float:
    """Return the seconds that plain parsing takes; starting Python is left out, in the importer's disfavour."""
    progress(f"{site.name}: plain yaml.load")
    return float(elsewhere(f"print_plain_parsing({str(site.folder)!r})", dict(os.environ)))


def imports(
    site: Site, environment: dict[str, str], measured: Callable[["subprocess.Popen[bytes]"], Measured]
) -> Iterator[tuple[str, Measured]]:
    """Import the site four times, and yield what was measured of each; its files are as before afterwards."""
    for name in (FIRST, UNCHANGED):
        yield name, import_site(site, name, environment, measured)
    hundredth = site.files[::100]
    with changed(hundredth, "Bench1"):
        yield HUNDREDTH, import_site(site, HUNDREDTH, environment, measured)
        expect(len(hundredth), "Bench1", environment)
        # The largest file has the longest list of related articles: the worst case.
        with changed([max(site.files, key=lambda path: path.stat().st_size)], "Bench2"):
            yield ONE, import_site(site, ONE, environment, measured)
            expect(1, "Bench2", environment)


def import_site(
    site: Site, name: str, environment: dict[str, str], measured: Callable[["subprocess.Popen[bytes]"], Measured]
) -> Measured:
    """Import the whole site; raise RuntimeError if that fails, but not for files that the importer refuses."""
    progress(f"{site.name}: {name}")
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            manage("import_articles", str(site.folder)),
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        result = measured(process)
        code = process.wait()
        errors.seek(0)
        message = errors.read().decode(errors="replace")
    # 1 means that files were refused, or that Python failed, which prints a message.
    if code > 1 or code < 0 or (code and message):
        raise RuntimeError(f"{name} of {site.name} ended with {code}: {message}")
    return result


@contextlib.contextmanager
def changed(paths: Sequence[Path], mark: str) -> Iterator[None]:
    """Put a word before the titles of these files and give each another quality, for as long as the block lasts."""
    originals = {path: path.read_bytes() for path in paths}
    try:
        for path, original in originals.items():
            path.write_bytes(rewritten(original, mark.encode()))
        yield
    finally:
        for path, original in originals.items():
            path.write_bytes(original)


def rewritten(original: bytes, mark: bytes) -> bytes:
    """Return a file with the word before its title, and its quality one higher, or 1 if it had none."""
    quality = re.search(rb"(?m)^quality: *(\d+)", original)
    raised = b"quality: %d" % (int(quality[1]) + 1 if quality else 1)
    without = re.sub(rb"(?m)^quality:.*\n", b"", original, count=1)
    return re.sub(
        rb"(?m)^title: *([\"']?)", lambda title: b"%b\ntitle: %b%b " % (raised, title[1], mark), without, count=1
    )


def expect(articles: int, mark: str, environment: dict[str, str]) -> None:
    """Raise RuntimeError unless the change has arrived: a quick import that does nothing is not fast."""
    arrived = int(elsewhere(f"print_titles({mark!r})", environment))
    if arrived != articles:
        raise RuntimeError(f"{arrived} of {articles} changed articles have arrived in the database")


# -- What processes of their own print ------------------------------------------


def print_plain_parsing(folder: str) -> None:
    """Print the seconds that reading and parsing take, without keeping or checking what is parsed."""
    files = Site("", Path(folder), 0).files
    began = time.perf_counter()
    for path in files:
        front_matter = path.read_text("utf-8", errors="replace").removeprefix("---").split("\n---", maxsplit=1)[0]
        with contextlib.suppress(yaml.YAMLError):
            yaml.load(front_matter, Loader=yaml.CSafeLoader)
    print(time.perf_counter() - began)


def print_titles(mark: str) -> None:
    """Print how many articles have a title that begins with the word."""
    import django

    django.setup()
    from articles.models import Article

    print(Article.objects.filter(title__startswith=f"{mark} ").count())


def print_files() -> None:
    """Print how many articles there are with files of their own."""
    import django

    django.setup()
    from articles.models import Article

    print(Article.objects.filter(source_path__isnull=False).count())


def print_database() -> None:
    """Print the engine, its version and the number of articles."""
    import django

    django.setup()
    from django.db import connection

    from articles.models import Article

    version = ".".join(map(str, connection.get_database_version()))
    print(f"{connection.display_name} {version}, {Article.objects.count():,} articles with those only referred to")


if __name__ == "__main__":
    main()
