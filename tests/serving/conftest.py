"""A site served by the documented command."""

import socket
from collections.abc import Callable, Iterator

import pytest

from bench.production import Site, production_site
from tests.support.migrated import Template


@pytest.fixture(scope="session")
def site(template: Template) -> Iterator[Site]:
    """The sample edition, served as ``make serve`` does."""
    with production_site(database=template.file) as site:
        yield site


@pytest.fixture
def connect(site: Site) -> Iterator[Callable[[], socket.socket]]:
    """Return a function that opens a socket to the site; all are closed in the end."""
    sockets: list[socket.socket] = []

    def opened() -> socket.socket:
        port = int(site.url.rpartition(":")[2])
        sockets.append(socket.create_connection(("127.0.0.1", port), timeout=60))
        return sockets[-1]

    yield opened
    for each in sockets:
        each.close()
