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
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import yaml

from bench.generate import generate_site  # noqa: F401 - for processes of its own
from bench.pages import BENCH_DIR

PROJECT = Path(__file__).resolve().parent.parent
AZURE_SAMPLE = PROJECT.parent / "shared" / "corpora" / "azure-sample"
DATABASE = "newsreader_bench_import"  # on a PostgreSQL server
SEED = 1
SAMPLE_INTERVAL = 0.05  # seconds between two looks at the memory
FIRST, UNCHANGED, HUNDREDTH, ONE = (
    "first import",
    "re-import, nothing changed",
    "re-import, 1 % of the files changed",
    "re-import, one file changed",
)
TARGETS = {UNCHANGED: "ratio ≤ 0.05", HUNDREDTH: "", ONE: "< 2 s"}
MEMORY_TARGET = "< 300 MB"

Measured = TypeVar("Measured")


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


@dataclass(slots=True)
class Peak:
    """The highest memory so far, in MB of 1,000,000 bytes.

    ``tree`` is the sum of PSS over a process and all below it at one moment: memory shared by n processes counts
    1/n in each. So it may be less than ``process``, the peak RSS (VmHWM) of the largest of them, which shares
    libraries with any other Python on the machine.
    """

    tree: float = 0.0
    process: float = 0.0


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


def progress(message: str) -> None:
    """Print a message to standard error: standard output is for the tables."""
    print(f"{time.strftime('%H:%M:%S')} {message}", file=sys.stderr)


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


def seconds_of(process: "subprocess.Popen[bytes]") -> float:
    """Return how long a process that has just been started runs."""
    began = time.perf_counter()
    process.wait()
    return time.perf_counter() - began


def peak_of(process: "subprocess.Popen[bytes]") -> Peak:
    """Return the highest memory of a process and all below it; 0 where there is no /proc."""
    peak = Peak()
    while process.poll() is None:
        pids = tree(process.pid)
        peak.tree = max(peak.tree, sum(megabytes(each, "smaps_rollup", "Pss:") for each in pids))
        peak.process = max(peak.process, *(megabytes(each, "status", "VmHWM:") for each in pids))
        time.sleep(SAMPLE_INTERVAL)
    return peak


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


# -- Processes and databases ----------------------------------------------------


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def environment_for(database_url: str, folder: Path) -> dict[str, str]:
    """Return all settings that matter here, so that no ``.env`` file decides them."""
    return os.environ | {
        "SECRET_KEY": "bench",
        "DATABASE_URL": database_url,
        "DATABASE_POOL": "true",
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": "",
        "CACHE_URL": "locmem://",
        "DEBUG": "false",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "newsreader.settings",
    }


@contextlib.contextmanager
def new_database(server: str | None, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database: a file in the folder, or one made on the PostgreSQL server."""
    if not server:
        yield f"sqlite:///{folder / 'import.sqlite3'}"
        return
    import psycopg

    drop = f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)  # left by a run that was killed
        connection.execute(f"CREATE DATABASE {DATABASE}")
        try:
            yield urlsplit(server)._replace(path=f"/{DATABASE}").geturl()
        finally:
            connection.execute(drop)


def elsewhere(call: str, environment: dict[str, str], module: str = "bench.importing") -> str:
    """Return what a function of a module prints, called in a process of its own."""
    command = [sys.executable, "-c", f"from {module} import *; {call}"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


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


# -- Memory ---------------------------------------------------------------------


def tree(pid: int) -> list[int]:
    """Return the process and all below it."""
    pids = [pid]
    for each in pids:  # it grows meanwhile
        with contextlib.suppress(OSError):  # ended meanwhile
            for children in Path(f"/proc/{each}/task").glob("*/children"):
                pids += map(int, children.read_text().split())
    return pids


def megabytes(pid: int, name: str, key: str) -> float:
    """Return a value of a file in /proc, which has it in units of 1,024 bytes; 0 for a process that has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/{name}").read_text().splitlines():
            if line.startswith(key):
                return int(line.split()[1]) * 1024 / 1_000_000
    return 0.0


# -- The tables -----------------------------------------------------------------


def machine() -> str:
    import django

    load = f", load {os.getloadavg()[0]:.1f} before the run" if hasattr(os, "getloadavg") else ""
    return (
        f"{time.strftime('%Y-%m-%d')}: {platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}; "
        f"Python {platform.python_version()}, PyYAML {yaml.__version__}, Django {django.get_version()}"
    )


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


if __name__ == "__main__":
    main()
