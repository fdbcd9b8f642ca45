"""A local server that plays the caches which are told of changes."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Caches:
    """What was asked, and what is answered: the statuses in their order, then 200."""

    address: str
    asked: list[Asked] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    body: Any = field(default_factory=lambda: {"success": True, "status": "ok"})

    def tags(self) -> list[str]:
        """The tags that Fastly or Cloudflare were asked to purge, in their order."""
        return [tag for each in self.asked for tag in each.body.get("surrogate_keys", []) + each.body.get("tags", [])]


@pytest.fixture
def caches() -> Iterator[Caches]:
    """A server for all of them, with one state."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            state.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            answer = json.dumps(state.body).encode()
            self.send_response(state.statuses.pop(0) if state.statuses else 200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_PURGE = do_POST  # noqa: N815 - http.server looks for this name

        def log_message(self, *arguments: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state = Caches(f"127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield state
        server.shutdown()
        thread.join()
