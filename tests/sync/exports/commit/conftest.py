"""A repository of git with a site in it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from articles.sync.imports.run import import_paths
from tests.support.repositories import NAME, OTHER, commit_all, git

Write = Callable[..., Path]


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one configuration that git reads, beside the repository's."""
    path = tmp_path / "gitconfig"
    path.write_text("[user]\n\tname = The Site\n\temail = site@a.example\n[init]\n\tdefaultBranch = main\n")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    return path


@pytest.fixture
def root(tmp_path: Path, configuration: Path, write_article: Write) -> Path:
    """A site folder with two articles, imported and committed."""
    write_article(NAME)
    write_article(OTHER, webUrl='"https://a.example/b"')
    root = tmp_path / "site"
    git(root, "init")
    commit_all(root)
    import_paths([root], lambda root, problem: None)
    return root
