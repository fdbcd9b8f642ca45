"""Replays what readers ask for while editors change articles: how much the page cache answers, and whether it is right.

``python -m bench.replay [--requests 100000] [--addresses 5000] [--edits 1000] [--workers 1]
    [--database-url postgres://...] [--redis redis://...]``

Addresses are asked for as often as Zipf's law has it, each once before that, as a crawler does. After every hundredth
request an editor changes the title of an article that readers like, until ``--edits``. A page of an article must have
the title of each change that is a second old. The table is Markdown; memory is that of all workers.
"""

import argparse
import itertools
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import brotli

from bench.generate import generate_site
from bench.processes import machine, megabytes, new_database, tree
from bench.production import ROOT, environment_of
from bench.serving import BROTLI, Worker, worker

EDIT_EVERY = 100  # requests
KNOWN_AFTER = 1.0  # seconds until every worker knows of a change
LOOKS = 5  # at the memory, in the course of the run


@dataclass(slots=True)
class Editor:
    """Changes titles in a process of its own, and remembers when."""

    process: "subprocess.Popen[str]"
    changed: dict[str, tuple[str, float]] = field(default_factory=dict)
    number: int = 0

    def edit(self, path: str) -> None:
        self.number += 1
        word = f"edit{self.number:06}"
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps([path, word]), file=self.process.stdin, flush=True)
        assert self.process.stdout.readline() == "done\n"
        self.changed[path] = (word, time.monotonic())

    def is_old(self, path: str, body: bytes, asked: float) -> bool:
        """Return whether a page lacks a change that all workers know."""
        word, when = self.changed.get(path, ("", 0.0))
        return bool(word) and when + KNOWN_AFTER < asked and word.encode() not in body


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--addresses", type=int, default=5_000)
    parser.add_argument("--edits", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--database-url", help="any database of a PostgreSQL server; default: SQLite")
    parser.add_argument("--redis", help="a database of a Redis or Valkey server, as the shared cache")
    arguments = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="newsreader-bench-") as name:
        folder = Path(name)
        generate_site(folder / "site", arguments.addresses, 1)
        with new_database(arguments.database_url, folder) as url:
            environment = environment_of(folder) | {"DATABASE_URL": url}
            environment |= {"CACHE_URL": arguments.redis} if arguments.redis else {}
            replay(folder, environment, arguments)


def replay(folder: Path, environment: Mapping[str, str], arguments: argparse.Namespace) -> None:
    command = [sys.executable, "-m", "bench.replay_site", str(folder), str(arguments.addresses)]
    subprocess.run(command, cwd=ROOT, env=dict(environment), check=True)
    addresses: list[str] = json.loads((folder / "addresses.json").read_text())
    editor = Editor(
        subprocess.Popen([*command[:3], "edit"], cwd=ROOT, env=dict(environment), stdin=-1, stdout=-1, text=True)
    )
    with worker(environment, "newsreader.rsgi:application", arguments.workers) as site:
        for path in addresses:
            site.ask(path, BROTLI)
        print("\n| requests | from a cache | too old | memory of the workers |\n| ---: | ---: | ---: | ---: |")
        report(site, editor, addresses, arguments)
    assert editor.process.stdin
    editor.process.stdin.close()
    editor.process.wait()


def report(site: Worker, editor: Editor, addresses: list[str], arguments: argparse.Namespace) -> None:
    dice = random.Random(1)
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(addresses) + 1)))
    articles = [path for path in addresses if path[1:5].isdigit()]
    answers: Counter[str] = Counter()
    for number in range(1, arguments.requests + 1):
        (path,) = dice.choices(addresses, cum_weights=weights)
        asked = time.monotonic()
        response, body = site.ask(path, BROTLI)
        answers["cache" if "; hit" in str(response.headers["Cache-Status"]) else "rendered"] += 1
        answers["old"] += editor.is_old(path, brotli.decompress(body), asked)
        if number % EDIT_EVERY == 0 and editor.number < arguments.edits:
            editor.edit(dice.choice(articles[: len(articles) // 10]))
        if number % (arguments.requests // LOOKS) == 0:
            memory = sum(megabytes(pid, "smaps_rollup", "Pss:") for pid in tree(site.process.pid))
            share = answers["cache"] / number
            print(f"| {number:,} | {share:.1%} | {answers['old']} | {memory:.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
