"""Servers are replaced one by one, and readers do not notice."""

import shutil
from pathlib import Path

import pytest

from bench.production import Site
from bench.rolling import replace_servers

pytestmark = [
    pytest.mark.xdist_group("serving"),
    pytest.mark.skipif(shutil.which("nginx") is None, reason="there is no nginx here"),
]


def test_no_request_fails_while_servers_are_replaced(site: Site, tmp_path: Path) -> None:
    load = replace_servers(site.environment, tmp_path, rounds=1)
    assert load.failures() == {}
    assert load.results["page 200"] > 50
    assert load.results["form 302"] > 10
