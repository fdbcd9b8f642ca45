"""A site folder to be checked."""

from pathlib import Path

import pytest


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that ``write_article`` writes into, as the current one, with an empty ``_news``."""
    site = tmp_path / "site"
    (site / "_news").mkdir(parents=True)
    monkeypatch.chdir(site)
    return site
