"""A site of each release is the same after an upgrade: its addresses, what editors decided, what readers get.

``tests/upgrades/`` has the database of each release as it was, made by ``tests.support.release_state``.
"""

import json
import os
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from tests.support.checking import PROJECT
from tests.support.databases import empty_database, url_of
from tests.support.import_runs import import_problems
from tests.support.release_state import State
from tests.support.upgrade import HOST, NOW, STATES
from tests.support.whole_site import pages


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.name.removesuffix(".json.xz"))
@pytest.mark.django_db
def test_the_site_of_a_release_is_the_same_after_an_upgrade(path: Path, tmp_path: Path) -> None:
    state = State.read(path)
    with empty_database(tmp_path) as name:
        result = subprocess.run(
            [sys.executable, "-m", "tests.support.upgrade", str(path), str(tmp_path / "export")],
            cwd=PROJECT, env=os.environ | {"DATABASE_URL": url_of(name)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    assert (found["differences"], found["problems"]) == ([], [])
    assert found["old"] == {address: [200, heading] for address, heading in state.pages.items()}
    assert found["accounts"] == ["ada"]
    assert found["undone"] == [7, {}]
    assert {answer[0] for answers in found["pages"].values() for answer in answers} <= {200, 301, 404, 410}
    # What it exports is all that it was.
    assert import_problems(tmp_path / "export") == []
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        again = pages(Client(SERVER_NAME=HOST), list(found["pages"]), with_stories=True, linked=False)
    assert sorted(again) == sorted(found["pages"])
    for address, answers in again.items():
        both = (json.dumps(each, indent=0) for each in ([list(answer) for answer in answers], found["pages"][address]))
        assert "\n".join(unified_diff(*(each.split("\\n") for each in both), n=0)) == "", address
    assert len(again) > 90
