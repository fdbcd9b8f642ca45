"""Measures nginx as a cache in front of the site, compared with nginx sending a file of the same bytes.

``python -m bench.proxy [--requests 20000]``

Both are asked in turns over one connection, and what counts is the processor time of nginx. The table is Markdown.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from bench.nginx import nginx
from bench.page_cache import BROTLI, ROUNDS, Worker, row
from bench.processes import machine
from bench.serving import production_site

FILE = "/file"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.proxy", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--requests", type=int, default=20_000, help="in each of four rounds")
    arguments = parser.parse_args()
    print(machine())
    with production_site() as site, tempfile.TemporaryDirectory(prefix="newsreader-proxy-") as name:
        folder = Path(name)
        with nginx(folder, [int(site.url.rpartition(":")[2])]) as proxy:
            print("\n| what | milliseconds | nginx sending a file | share |\n| --- | ---: | ---: | ---: |")
            for what, path in {"front page": "/", "topics": "/topics/", "story": site.story}.items():
                measure(what, path, Worker(proxy.process, proxy.port), folder / FILE[1:], arguments.requests)


def measure(what: str, path: str, worker: Worker, file: Path, requests: int) -> None:
    response, body = worker.ask(path, BROTLI)
    assert response.status == 200, (path, response.status)
    file.write_bytes(body)
    pages, files = [], []
    for _ in range(ROUNDS):
        files.append(worker.cost(lambda: worker.ask(FILE, BROTLI), requests))
        pages.append(worker.cost(lambda: worker.ask(path, BROTLI), requests))
    # Pages expire meanwhile: what it takes to fetch them again counts, too.
    assert "nginx; hit" in ", ".join(worker.ask(path, BROTLI)[0].headers.get_all("Cache-Status") or [])
    row(f"cached by nginx: {what}", statistics.median(pages), statistics.median(files))


if __name__ == "__main__":
    main()
