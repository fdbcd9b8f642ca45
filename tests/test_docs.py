"""Numbers in the documentation are those of the code."""

import pytest

from articles.preferences.choices import MAX_BYTES
from bench.production import ROOT
from newsreader import rsgi
from newsreader.compression import COMPRESSED_BYTES
from newsreader.postgresql.base import PAUSE_SECONDS
from newsreader.settings import postgresql_options

server, bodies = rsgi.application, rsgi.application.bodies
pool = postgresql_options(is_pooled=True)["pool"]
SENTENCES = [
    ("docs/deployment.md", f"A form may have {bodies.small / 1e6:g} MB, below `/admin/` {bodies.large / 1e6:g} MB"),
    ("docs/deployment.md", f"({bodies.seconds:g} seconds, and one more for each {bodies.pace / 1e3:g} KB)"),
    ("docs/deployment.md", f"`/readyz` within {server.ready_seconds:g} seconds"),
    ("docs/deployment.md", f"a request gives up after {pool['timeout']} seconds"),
    (
        "docs/deployment.md",
        f"those that follow within {'a second' if PAUSE_SECONDS == 1 else PAUSE_SECONDS} do so at once",
    ),
    ("docs/deployment.md", f"caches the last {COMPRESSED_BYTES >> 20} MB"),
    ("README.md", f"at most {MAX_BYTES} bytes"),
]


@pytest.mark.parametrize(("name", "sentence"), SENTENCES)
def test_a_number_in_the_docs_is_that_of_the_code(name: str, sentence: str) -> None:
    assert sentence in " ".join((ROOT / name).read_text(encoding="utf-8").split())
