"""A copy of each made-up site, whose files were changed at a time that is known."""

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

from tests.support.sites import NAMES, SITES

MODIFIED = dt.datetime(2024, 9, 1, tzinfo=dt.UTC).timestamp()


@pytest.fixture(params=NAMES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    root = tmp_path / str(request.param)
    shutil.copytree(SITES / str(request.param), root)
    for path in root.rglob("*.*"):
        os.utime(path, (MODIFIED, MODIFIED))
    return root
