"""Replaces the servers of a site one by one under load, behind nginx as deploy/nginx configures it.

``python -m bench.rolling [--rounds 3]`` prints how many requests were made meanwhile, and exits with 1 if any failed.
"""

import argparse
import http.client
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.nginx import nginx
from bench.processes import machine
from bench.production import ROOT, free_port, production_site, serving_command, wait_until_ready

PATHS = ("/", "/topics/", "/archive/", "/providers/", "/search/?q=moon")
FORM = "follow=ai&next=/topics/"
READERS = 4


class Server:
    """One server of the site, such as newsreader@8000, which can be restarted."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment, self.port = dict(environment), free_port()
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(serving_command(self.port), cwd=ROOT, env=self.environment)
        wait_until_ready(f"http://127.0.0.1:{self.port}/readyz", self.process)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)

    def restart(self) -> None:
        self.stop()
        self.start()


class Load:
    """Readers who ask for pages and send forms all the time, over connections that stay open."""

    def __init__(self, url: str) -> None:
        self.address = url.removeprefix("http://")
        self.results: Counter[str] = Counter()
        self.is_over = False
        self._lock = threading.Lock()

    @property
    def number(self) -> int:
        return sum(self.results.values())

    def failures(self) -> dict[str, int]:
        return {what: number for what, number in self.results.items() if not what.endswith((" 200", " 302"))}

    @contextmanager
    def running(self) -> Iterator[None]:
        readers = [threading.Thread(target=self._read, args=[number]) for number in range(READERS)]
        for reader in readers:
            reader.start()
        try:
            yield
        finally:
            self.is_over = True
            for reader in readers:
                reader.join()

    def _read(self, number: int) -> None:
        connection = http.client.HTTPConnection(self.address, timeout=30)
        while not self.is_over:
            number += 1
            try:
                result = self._ask(connection, number)
            except (OSError, http.client.HTTPException) as error:
                result = f"broken off: {error!r}"
                connection.close()
            with self._lock:
                self.results[result] += 1

    @staticmethod
    def _ask(connection: http.client.HTTPConnection, number: int) -> str:
        if number % 5 == 0:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/settings/change/", FORM, headers)
            what = "form"
        else:
            # Every second page is not from a cache.
            cookie = {"Cookie": "choices=none"} if number % 2 else {}
            connection.request("GET", PATHS[number % len(PATHS)], headers=cookie)
            what = "page"
        response = connection.getresponse()
        response.read()
        return f"{what} {response.status}"


def replace_servers(environment: Mapping[str, str], folder: Path, rounds: int) -> Load:
    """Restart each of two servers in turns under load; return what readers got."""
    servers = [Server(environment) for _ in range(2)]
    try:
        with nginx(folder, [server.port for server in servers]) as proxy:
            load = Load(proxy.url)
            with load.running():
                for _ in range(rounds):
                    for server in servers:
                        time.sleep(0.3)
                        server.restart()
                time.sleep(0.3)
            return load
    finally:
        for server in servers:
            server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.rolling", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(machine())
    with production_site() as site, tempfile.TemporaryDirectory(prefix="newsreader-rolling-") as name:
        load = replace_servers(site.environment, Path(name), arguments.rounds)
    print(f"{load.number} requests while {2 * arguments.rounds} servers were replaced: {dict(load.results)}")
    sys.exit(1 if load.failures() else 0)


if __name__ == "__main__":
    main()
