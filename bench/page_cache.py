"""Measures the processor time of cached pages, compared with a constant response of the same bytes in the same run.

``python -m bench.page_cache [--articles 5000] [--requests 400] [--redis redis://127.0.0.1:6379/9]``

Both are served by granian in one worker, side by side, and asked in turns over connections that stay open. What counts is
the processor time of the worker, so that neither the client nor other work on the machine does. The table is Markdown.
"""

import argparse
import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.generate import generate_site
from bench.processes import machine, tree
from bench.serving import ROOT, environment_of, free_port, serving_command, wait_until_ready

BROTLI = {"Accept-Encoding": "br"}
# Never cached, though the reader has no settings.
COLD = BROTLI | {"Cookie": "choices=none"}
ROUNDS = 4
EDITS = 12
FIRST_TIMES = 40  # pages of a topic, of which the smallest site has more
TICK = os.sysconf("SC_CLK_TCK")


class Worker:
    """A server with one worker, and a connection to it."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process = process
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, path: str, headers: Mapping[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        # The same host for every port, since each host has its own pages.
        self.connection.request("GET", path, headers={"Host": "127.0.0.1", **headers})
        response = self.connection.getresponse()
        return response, response.read()

    def processor_time(self) -> float:
        """Return the seconds of processor time that the worker and its parent have used."""
        total = 0.0
        for pid in tree(self.process.pid):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / TICK
        return total

    def cost(self, act: Callable[[], object], times: int) -> float:
        """Return the seconds of processor time per request, for a number of requests."""
        before = self.processor_time()
        for _ in range(times):
            act()
        return (self.processor_time() - before) / times


@contextlib.contextmanager
def worker(environment: Mapping[str, str], application: str, number: int = 1) -> Iterator[Worker]:
    port = free_port()
    command = [*serving_command(port)[:-1], "--workers", str(number), application]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(environment))
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
        yield Worker(process, port)
    finally:
        process.terminate()
        process.wait(timeout=30)


@dataclass(frozen=True, slots=True)
class Pages:
    """Paths of a generated site: its largest topic and story, and articles and topics in order."""

    topic: str
    story: str
    articles: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.page_cache", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--requests", type=int, default=400, help="of each page in each of four rounds")
    parser.add_argument(
        "--redis", help="a database of a Redis or Valkey server, to measure a worker that finds all pages there"
    )
    arguments = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="newsreader-bench-") as name:
        folder = Path(name)
        generate_site(folder / "site", arguments.articles, 1)
        environment = environment_of(folder)
        if arguments.redis:
            environment["CACHE_URL"] = arguments.redis
        subprocess.run(
            [sys.executable, "-m", "bench.page_cache_site", str(folder)], cwd=ROOT, env=environment, check=True
        )
        pages = Pages(**json.loads((folder / "pages.json").read_text()))
        print(
            "\n| what | milliseconds | constant response | share of the constant response |\n| --- | ---: | ---: | ---: |"
        )
        measure(folder, environment, pages, arguments.requests)
        if arguments.redis:
            measure_shared(folder, environment, pages)


def measure(folder: Path, environment: dict[str, str], pages: Pages, requests: int) -> None:
    cached = {"front page": "/", "topic": pages.topic, "story": pages.story, "article": pages.articles[0]}
    with worker(environment, "newsreader.rsgi:application") as site:
        answers = {name: site.ask(path, BROTLI) for name, path in cached.items()}
        with ready(folder, environment, answers) as beside:
            for name, path in cached.items():
                row(f"cached: {name}", *in_turns(site, path, BROTLI, beside, name, requests))
            etag = {**BROTLI, "If-None-Match": str(answers["topic"][0].headers["ETag"])}
            row("304: topic", *in_turns(site, pages.topic, etag, beside, "topic", requests))
            row("later pages of the topic, each rendered for the first time", *first_times(site, pages.topic, beside))
            row("topic, rendered", *in_turns(site, pages.topic, COLD, beside, "topic", max(requests // 10, 10)))
            after_edits(folder, environment, site, pages, beside)


@contextlib.contextmanager
def ready(
    folder: Path, environment: dict[str, str], answers: Mapping[str, tuple[http.client.HTTPResponse, bytes]]
) -> Iterator[Worker]:
    """Serve the same bytes and headers as constants."""
    (folder / "ready").mkdir(exist_ok=True)
    for name, (response, body) in answers.items():
        assert response.status == 200, (name, response.status)
        headers = {key: value for key, value in response.getheaders() if key.lower() not in ("date", "server")}
        (folder / "ready" / f"{name}.json").write_text(json.dumps(headers))
        (folder / "ready" / f"{name}.body").write_bytes(body)
    names = {"READY_ANSWERS": str(folder / "ready")}
    without = {key: value for key, value in environment.items() if key != "DJANGO_SETTINGS_MODULE"}
    with worker(without | names, "bench.ready_server:application") as beside:
        yield beside


def in_turns(
    site: Worker, path: str, headers: Mapping[str, str], beside: Worker, name: str, requests: int
) -> tuple[float, float]:
    """Return the costs of a page and of the constant response, medians of rounds."""
    costs, ready_costs = [], []
    ready_path = f"/ready/{name.replace(' ', '%20')}/"
    for _ in range(ROUNDS):
        ready_costs.append(beside.cost(lambda: beside.ask(ready_path, BROTLI), max(requests, 200)))
        costs.append(site.cost(lambda: site.ask(path, headers), requests))
    return statistics.median(costs), statistics.median(ready_costs)


def first_times(site: Worker, topic: str, beside: Worker) -> tuple[float, float]:
    """Return the costs of pages that nobody has asked for before, and of the constant response."""
    numbers = iter(range(3, 3 + FIRST_TIMES))
    cost = site.cost(lambda: site.ask(f"{topic}?page={next(numbers)}", COLD), FIRST_TIMES)
    return cost, beside.cost(lambda: beside.ask("/ready/topic/", BROTLI), 800)


def after_edits(folder: Path, environment: dict[str, str], site: Worker, pages: Pages, beside: Worker) -> None:
    """Measure the first request for the topic after each of many changes of one of its articles."""
    command = [sys.executable, "-m", "bench.page_cache_site", str(folder), "edit"]
    editor = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert editor.stdin
    assert editor.stdout
    costs = []
    for _ in range(EDITS):
        editor.stdin.write("edit\n")
        editor.stdin.flush()
        editor.stdout.readline()
        time.sleep(1.1)
        before = site.processor_time()
        response, _ = site.ask(pages.topic, BROTLI)
        costs.append(site.processor_time() - before)
        assert "miss" in str(response.headers["Cache-Status"])
    editor.stdin.close()
    editor.wait()
    row(
        "topic after one of its articles changed",
        statistics.mean(costs),
        beside.cost(lambda: beside.ask("/ready/topic/", BROTLI), 800),
    )


def measure_shared(folder: Path, environment: dict[str, str], pages: Pages) -> None:
    """Measure pages that another worker has rendered, each requested once."""
    paths = pages.articles[:400]
    with worker(environment, "newsreader.rsgi:application") as site:
        answers = {"article": site.ask(paths[0], BROTLI)}
        for path in paths:
            site.ask(path, BROTLI)
    with worker(environment, "newsreader.rsgi:application") as site, ready(folder, environment, answers) as beside:
        site.ask(pages.story, BROTLI)
        waiting = iter(paths)
        cost = site.cost(lambda: site.ask(next(waiting), BROTLI), len(paths))
        assert "hit" in str(site.ask(paths[-1], BROTLI)[0].headers["Cache-Status"])
        row(
            "article from the shared cache alone", cost, beside.cost(lambda: beside.ask("/ready/article/", BROTLI), 800)
        )


def row(what: str, cost: float, ready_cost: float) -> None:
    print(
        f"| {what} | {cost * 1000:.2f} | {ready_cost * 1000:.2f} | {ready_cost / cost if cost else 0:.2f} |", flush=True
    )


if __name__ == "__main__":
    main()
