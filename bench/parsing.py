"""Measures how long it takes to parse the article files of a folder, beside an earlier commit.

``python -m bench.parsing FOLDER [--against COMMIT]``

Nothing but parsing, without a database: the least processor time of some passes over all files, whose entries of related
lists are known after the first. Both are measured in turns, each in a process of its own.
"""

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TURNS, PASSES = 6, 8
MEASURED = """
import datetime as dt, gc, sys, time
from pathlib import Path
from articles.content.parsing import parse_article
files = [(path.name, path.read_bytes()) for path in sorted(Path(sys.argv[1]).rglob("*.md"))]
now = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
gc.disable()
times = []
for _ in range(int(sys.argv[2])):
    began = time.process_time()
    assert all([parse_article(name, data, now).record for name, data in files])
    times.append(time.process_time() - began)
print(len(files), min(times))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, help="a folder with articles, such as _news of a site")
    parser.add_argument("--against", help="a commit to compare with")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trees = {"now": ROOT}
        if arguments.against:
            trees[arguments.against] = Path(folder)
            extract(arguments.against, Path(folder))
        report(arguments.folder.resolve(), trees)


def extract(commit: str, folder: Path) -> None:
    archive = subprocess.run(["git", "archive", commit, "articles"], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")


def report(folder: Path, trees: dict[str, Path]) -> None:
    best: dict[str, float] = {}
    for _ in range(TURNS):
        for name, tree in trees.items():
            command = [sys.executable, "-c", MEASURED, str(folder), str(PASSES)]
            said = subprocess.run(command, cwd=tree, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
            best[name] = min(float(said[1]), best.get(name, 9e9))
            files = said[0]
    for name, seconds in best.items():
        print(f"{name}: {seconds * 1000:.0f} ms for {files} files, {seconds / best['now']:.2f} of now")


if __name__ == "__main__":
    main()
