"""Measures every sitemap of a site: how long the slowest of each kind takes, and how much memory.

``python -m bench.sitemaps --database-url sqlite:///...``, of a database that ``bench.pages`` or ``bench.many`` filled.

A process of its own asks for each file that the index names, and for the index, with page cache and kept records off.
The memory is the most that the process had while it answered, above what it had before. Caches that fill up count, such as
the pages of the file that SQLite keeps; they count once.
"""

import argparse
import re
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from bench.pages import setup

SECONDS, BYTES = 0.5, 100_000_000  # at most, for any file
ROUNDS = 3


class Measured(NamedTuple):
    """A sitemap: the least processor and clock time of some rounds in seconds, its size and the most memory in bytes."""

    path: str
    processor: float
    clock: float
    size: int
    memory: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--database-url", required=True, help="a database with many articles")
    setup(parser.parse_args().database_url)
    report()


def report() -> None:
    from django.test import Client

    client = Client()
    client.get("/feeds/")  # loads what any first request loads
    kinds: dict[str, list[Measured]] = defaultdict(list)
    for path in ["/sitemap.xml", *paths(client), "/sitemaps/news.xml"]:
        kinds[kind_of(path)].append(measured(client, path))
    print("\n| sitemap | files | slowest, ms | processor, ms | largest, kB | memory, MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind, files in kinds.items():
        print(row_of(kind, files), flush=True)


def row_of(kind: str, files: list[Measured]) -> str:
    clock, memory = max(each.clock for each in files), max(each.memory for each in files)
    values = (
        clock * 1000,
        max(each.processor for each in files) * 1000,
        max(each.size for each in files) / 1000,
        memory / 1e6,
    )
    mark = "" if clock <= SECONDS and memory <= BYTES else " (too much)"
    return f"| {kind} | {len(files)} | {' | '.join(f'{value:.0f}' for value in values)}{mark} |"


def paths(client: Any) -> list[str]:
    """Return the paths of all files that the index names."""
    return re.findall(r"<loc>https?://[^/]+([^<]+)</loc>", client.get("/sitemap.xml").content.decode())


def kind_of(path: str) -> str:
    name = path.rpartition("/")[2].removesuffix(".xml")
    return re.sub(r"-\d+$", "", re.sub(r"^\d{4}-\d{2}", "of a month", name))


def measured(client: Any, path: str) -> Measured:
    times, before = [], most_memory(is_new=True)
    for _ in range(ROUNDS):
        processor, clock = time.process_time(), time.perf_counter()
        response = client.get(path)
        times.append((time.process_time() - processor, time.perf_counter() - clock))
        assert response.status_code == 200, path
    processor, clock = (min(each[number] for each in times) for number in (0, 1))
    return Measured(path, processor, clock, len(response.content), most_memory() - before)


def most_memory(is_new: bool = False) -> int:
    """Return the most memory that this process had, in bytes: since its start, or since this ``is_new``."""
    if is_new:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    main()
