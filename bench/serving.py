"""Measures what serving a page costs, compared in the same run with a ready answer: a constant of the same bytes.

``python -m bench.serving [--articles 5000] [--requests 400] [--database-url postgres://... --redis redis://...]``

The site and a Django view without middleware that returns constants are served by granian, in one worker each, and asked
in turns over connections that stay open. What counts is the processor time of the worker, so that neither the client nor
other work on the machine does. It is measured on SQLite, and on PostgreSQL with Redis if they are given; the processor
time of these two is not in it. The table is Markdown, and says how much of a ready answer's share each page is to reach.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.generate import generate_site
from bench.nginx import nginx
from bench.processes import machine, new_database, tree
from bench.production import ROOT, environment_of, free_port, serving_command, wait_until_ready

BROTLI = {"Accept-Encoding": "br"}
ROUNDS = 4
EDITS = 30
FIRST_TIMES = 40  # pages of a topic, of which the smallest site has more
READY_REQUESTS = 800  # where a page is not asked in turns with it
SHARED = 400  # articles, each from the shared cache
TICK = os.sysconf("SC_CLK_TCK")
# The rows of the table: what, and the share of the ready answer to be reached.
CACHED, FROM_SHARED, UNCHANGED = "cached: {}", "article, from the shared cache alone", "304: topic"
EDITED, CHOSEN, COLD = "topic after one of its articles changed", "topic for a reader with choices", "topic, cold"
PROXIED = "cached by nginx: {}, against nginx sending a file"
PAGES = ("front page", "topic", "story", "article")
# What programs ask for.
FEED, SITEMAP, API = "feed of a topic (RSS)", "sitemap of a month", "list of the API"
RENDERED = "{}, cold"
GOALS = {
    **{CACHED.format(page): 0.85 for page in PAGES},
    **{CACHED.format(each): 0.85 for each in (FEED, SITEMAP, API)},
    FROM_SHARED: 0.4,
    UNCHANGED: 1.0,
    EDITED: 0.25,
    CHOSEN: 0.04,
    COLD: 0.04,
    **dict.fromkeys((RENDERED.format(FEED), RENDERED.format(API)), "–"),
    **{PROXIED.format(page): 0.75 for page in ("front page", "story")},
}
Answers = Mapping[str, tuple[http.client.HTTPResponse, bytes]]


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
class Subject:
    """A generated site: its folder and environment, its pages, and the cookie of a reader who has made choices."""

    folder: Path
    environment: dict[str, str]
    topic: str
    story: str
    articles: list[str]
    cookie: str

    @property
    def paths(self) -> dict[str, str]:
        pages = dict(zip(PAGES, ("/", self.topic, self.story, self.articles[0]), strict=True))
        year, month = self.articles[0].split("/")[1:3]
        others = (f"{self.topic}feed.rss", f"/sitemaps/{year}-{month}.xml", "/api/v1/articles")
        return pages | dict(zip((FEED, SITEMAP, API), others, strict=True))


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time of a page, and of what it is compared with."""

    page: float
    ready: float

    def __str__(self) -> str:
        return (
            f"{self.page * 1000:.2f} of {self.ready * 1000:.2f} ms | {self.ready / self.page if self.page else 0:.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.serving", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--requests", type=int, default=400, help="of each page in each of four rounds")
    parser.add_argument("--database-url", help="any database of a PostgreSQL server, to measure on it, too")
    parser.add_argument("--redis", help="a database of a Redis or Valkey server, which goes with PostgreSQL")
    arguments = parser.parse_args()
    if bool(arguments.database_url) != bool(arguments.redis):
        parser.error("--database-url and --redis go together")
    print(machine())
    measured = {"SQLite": on_database(None, None, arguments)}
    if arguments.redis:
        measured["PostgreSQL, Redis"] = on_database(arguments.database_url, arguments.redis, arguments)
    print_table(measured)


def on_database(server: str | None, redis: str | None, arguments: argparse.Namespace) -> dict[str, Cost]:
    """Return what was measured on a new site, by row of the table."""
    with tempfile.TemporaryDirectory(prefix="newsreader-bench-") as name:
        folder = Path(name)
        generate_site(folder / "site", arguments.articles, 1)
        with new_database(server, folder) as url:
            environment = environment_of(folder) | {"DATABASE_URL": url, "API_RATE_LIMIT": "0"}
            environment |= {"CACHE_URL": redis} if redis else {}
            command = [sys.executable, "-m", "bench.serving_site", str(folder)]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
            site = Subject(folder, environment, **json.loads((folder / "pages.json").read_text()))
            costs = measure(site, arguments.requests)
            return costs | ({FROM_SHARED: shared(site)} if redis else {})


def print_table(measured: Mapping[str, Mapping[str, Cost]]) -> None:
    print(f"\n| what | at least | {' | '.join(f'{name} | share' for name in measured)} |")
    print(f"| --- | ---: |{' ---: | ---: |' * len(measured)}")
    for what, goal in GOALS.items():
        cells = [str(costs[what]) if what in costs else "– | –" for costs in measured.values()]
        print(f"| {what} | {goal} | {' | '.join(cells)} |")


def measure(site: Subject, requests: int) -> dict[str, Cost]:
    """Return the costs of all rows that one worker has."""
    costs: dict[str, Cost] = {}
    with worker(site.environment, "newsreader.rsgi:application") as served:
        answers = {name: served.ask(path, BROTLI) for name, path in site.paths.items()}
        with ready(site, answers) as beside:
            for name, path in site.paths.items():
                costs[CACHED.format(name)] = in_turns(served, path, BROTLI, beside, name, requests)
            has_it = {**BROTLI, "If-None-Match": str(answers["topic"][0].headers["ETag"])}
            costs[UNCHANGED] = in_turns(served, site.topic, has_it, beside, "topic", requests)
            chosen = {**BROTLI, "Cookie": f"choices={site.cookie}"}
            costs[COLD] = first_times(served, f"{site.topic}?page=", beside, "topic")
            costs[RENDERED.format(FEED)] = first_times(served, "/feeds/combined.rss?min_quality=", beside, FEED)
            costs[RENDERED.format(API)] = first_times(served, "/api/v1/articles?limit=", beside, API)
            costs[CHOSEN] = in_turns(served, site.topic, chosen, beside, "topic", max(requests // 10, 10))
            costs[EDITED] = after_edits(site, served, beside)
        if shutil.which("nginx"):
            for name in ("front page", "story"):
                costs[PROXIED.format(name)] = behind_nginx(site, served, site.paths[name], requests * 20)
    return costs


@contextlib.contextmanager
def ready(site: Subject, answers: Answers) -> Iterator[Worker]:
    """Serve the same bytes and headers as constants."""
    folder = site.folder / "ready"
    folder.mkdir(exist_ok=True)
    for name, (response, body) in answers.items():
        assert response.status == 200, (name, response.status)
        headers = {key: value for key, value in response.getheaders() if key.lower() not in ("date", "server")}
        (folder / f"{name}.json").write_text(json.dumps(headers))
        (folder / f"{name}.body").write_bytes(body)
    without = {key: value for key, value in site.environment.items() if key != "DJANGO_SETTINGS_MODULE"}
    with worker(without | {"READY_ANSWERS": str(folder)}, "bench.ready_server:application") as beside:
        yield beside


def ask_ready(beside: Worker, name: str) -> Callable[[], object]:
    return lambda: beside.ask(f"/ready/{name.replace(' ', '%20')}/", BROTLI)


def in_turns(served: Worker, path: str, headers: Mapping[str, str], beside: Worker, name: str, requests: int) -> Cost:
    """Return the costs of a page and of the ready answer, medians of rounds."""
    costs, ready_costs = [], []
    for _ in range(ROUNDS):
        ready_costs.append(beside.cost(ask_ready(beside, name), max(requests, 200)))
        costs.append(served.cost(lambda: served.ask(path, headers), requests))
    return Cost(statistics.median(costs), statistics.median(ready_costs))


def first_times(served: Worker, path: str, beside: Worker, name: str) -> Cost:
    """Return the cost of pages that nobody has asked for before, whose addresses are ``path`` with a number."""
    numbers = itertools.count(3)
    cost = served.cost(lambda: is_rendered(served.ask(f"{path}{next(numbers)}", BROTLI)[0]), FIRST_TIMES)
    return Cost(cost, beside.cost(ask_ready(beside, name), READY_REQUESTS))


def after_edits(site: Subject, served: Worker, beside: Worker) -> Cost:
    """Return the cost of the first request for a topic after each of many changes of one of its articles."""
    command = [sys.executable, "-m", "bench.serving_site", str(site.folder), "edit"]
    costs = []
    with subprocess.Popen(
        command, cwd=ROOT, env=site.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as editor:
        assert editor.stdin
        assert editor.stdout
        for _ in range(EDITS):
            print("edit", file=editor.stdin, flush=True)
            assert editor.stdout.readline() == "done\n"
            time.sleep(1.1)
            costs.append(served.cost(lambda: is_rendered(served.ask(site.topic, BROTLI)[0]), 1))
        editor.stdin.close()
    beside.connection.close()  # the server has done so meanwhile; the next request opens it again
    return Cost(statistics.mean(costs), beside.cost(ask_ready(beside, "topic"), READY_REQUESTS))


def is_rendered(response: http.client.HTTPResponse) -> None:
    assert "miss" in str(response.headers["Cache-Status"]), response.headers["Cache-Status"]


def shared(site: Subject) -> Cost:
    """Return the cost of pages that another worker has rendered, each requested once."""
    paths = site.articles[:SHARED]
    with worker(site.environment, "newsreader.rsgi:application") as served:
        answers = {"article": served.ask(paths[0], BROTLI)}
        for path in paths:
            served.ask(path, BROTLI)
    with worker(site.environment, "newsreader.rsgi:application") as served, ready(site, answers) as beside:
        served.ask(site.story, BROTLI)  # what each worker does once
        waiting = iter(paths)
        cost = served.cost(lambda: served.ask(next(waiting), BROTLI), len(paths))
        assert "hit" in str(served.ask(paths[-1], BROTLI)[0].headers["Cache-Status"])
        return Cost(cost, beside.cost(ask_ready(beside, "article"), READY_REQUESTS))


def behind_nginx(site: Subject, served: Worker, path: str, requests: int) -> Cost:
    """Return the processor time of nginx for a page in its cache, and for a file of the same bytes."""
    folder = site.folder / "nginx"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    port = int(served.connection.port)
    with nginx(folder, [port]) as proxy:
        front = Worker(proxy.process, proxy.port)
        (folder / "file").write_bytes(front.ask(path, BROTLI)[1])
        pages, files = [], []
        for _ in range(ROUNDS):
            files.append(front.cost(lambda: front.ask("/file", BROTLI), requests))
            pages.append(front.cost(lambda: front.ask(path, BROTLI), requests))
        # Pages expire meanwhile: what it takes to fetch them again counts, too.
        assert "nginx; hit" in ", ".join(front.ask(path, BROTLI)[0].headers.get_all("Cache-Status") or [])
    return Cost(statistics.median(pages), statistics.median(files))


if __name__ == "__main__":
    main()
