"""How long exports take, beside plain YAML parsing of the same files.

``python -m bench.exporting [--articles 20000] [--site FOLDER] [--database-url postgres://...] [--rounds 1]``

Each export is ``manage.py export_articles`` in a process of its own, start-up included, from a database made for the
round, and what it wrote is looked at. The baseline and the ratios to it are those of ``bench.importing``. The tables are
Markdown.
"""

import contextlib
import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.importing import (
    FIRST,
    PROJECT,
    Site,
    baseline,
    elsewhere,
    import_site,
    machine,
    manage,
    parsed_arguments,
    progress,
    seconds_of,
    site_environment,
    sites,
)
from bench.pages import BENCH_DIR

NOTHING, ONE, HUNDREDTH, ALL = ("nothing edited", "one article edited", "1 % of the articles edited", "`--all`")
TARGETS = {NOTHING: "", ONE: "< 2 s", HUNDREDTH: "", ALL: "ratio < 1"}


@dataclass(frozen=True, slots=True)
class Round:
    """One measurement of everything: the baseline in seconds before and after the exports, and those of the exports."""

    before: float
    after: float
    seconds: dict[str, float]

    def ratio(self, name: str) -> float:
        return self.seconds[name] / statistics.mean((self.before, self.after))


def main() -> None:
    arguments = parsed_arguments("bench.exporting", __doc__)
    print(machine())
    (BENCH_DIR / "tmp").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BENCH_DIR / "tmp") as folder:
        for site in sites(Path(folder), arguments.site, arguments.articles):
            rounds = [measure(site, arguments.database_url) for _ in range(arguments.rounds)]
            print(f"\n{table(site, rounds)}", flush=True)


def measure(site: Site, database_url: str | None) -> Round:
    """Measure one round, in a new database; the site's files are as before afterwards."""
    for path in site.files:
        path.read_bytes()  # else the first baseline alone would wait for the disk
    before = baseline(site)
    with site_environment(database_url) as environment, restored(site.files[::100]):
        import_site(site, FIRST, environment, seconds_of)
        seconds = dict(exports(site, environment))
    return Round(before, baseline(site), seconds)


@contextlib.contextmanager
def restored(paths: Sequence[Path]) -> Iterator[None]:
    originals = {path: path.read_bytes() for path in paths}
    try:
        yield
    finally:
        for path, original in originals.items():
            path.write_bytes(original)


def exports(site: Site, environment: dict[str, str]) -> Iterator[tuple[str, float]]:
    """Export the site four times, and yield the seconds of each."""
    hundredth = site.files[::100]
    for name, edited, mark in ((NOTHING, [], ""), (ONE, hundredth[:1], "Bench1"), (HUNDREDTH, hundredth, "Bench2")):
        if edited:
            paths = [path.relative_to(site.folder).as_posix() for path in edited]
            elsewhere(f"edit({paths!r}, {mark!r})", environment, module="bench.exporting")
        yield name, export(site, name, environment, str(site.folder))
        expect(site, mark, edited)
    with tempfile.TemporaryDirectory(dir=BENCH_DIR / "tmp") as folder:
        yield ALL, export(site, ALL, environment, "--all", folder)
        for path in site.files:
            if (Path(folder) / path.relative_to(site.folder)).read_bytes() != path.read_bytes():
                raise RuntimeError(f"{path} is not what --all wrote")


def edit(paths: list[str], mark: str) -> None:
    """Put a word before the titles of articles, as an editor does."""
    import django

    django.setup()
    from articles.editing import edit_articles
    from articles.models import Article

    for pk, title in Article.objects.filter(source_path__in=paths).values_list("pk", "title"):
        edit_articles([pk], title=f"{mark} {title}")


def export(site: Site, name: str, environment: dict[str, str], *arguments: str) -> float:
    progress(f"{site.name}: export, {name}")
    process = subprocess.Popen(
        manage("export_articles", *arguments), cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL
    )
    seconds = seconds_of(process)
    if process.returncode:
        raise RuntimeError(f"the export of {site.name}, {name}, ended with {process.returncode}")
    return seconds


def expect(site: Site, mark: str, edited: Sequence[Path]) -> None:
    """Raise RuntimeError unless the titles are in the files: a quick export that does nothing is not fast."""
    arrived = sum(f" {mark} ".encode() in path.read_bytes().replace(b'"', b" ") for path in edited)
    if arrived != len(edited):
        raise RuntimeError(f"{arrived} of {len(edited)} edited titles have arrived in the files of {site.name}")


def table(site: Site, rounds: Sequence[Round]) -> str:
    """Return the facts and results of a site as Markdown: medians of the rounds."""
    size = sum(os.path.getsize(path) for path in site.files)  # noqa: PTH202
    before, after = (statistics.median(values) for values in zip(*((r.before, r.after) for r in rounds), strict=True))
    lines = [
        f"### {site.name}: {len(site.files):,} files, {size / 1e6:.1f} MB\n",
        f"{len(rounds)} round{'s' if len(rounds) > 1 else ''}.\n",
        "| | seconds | ratio | target |",
        "|---|---:|---:|---|",
        f"| plain `yaml.load`, before and after | {before:.2f}, {after:.2f} | 1 | |",
    ]
    for name, target in TARGETS.items():
        seconds = statistics.median(each.seconds[name] for each in rounds)
        ratio = statistics.median(each.ratio(name) for each in rounds)
        lines.append(f"| export, {name} | {seconds:.2f} | {ratio:.3f} | {target} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
