"""The wheel has all that the checkout has, and its command finds it, and writes where it is called."""

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from bench.wheel import build
from newsreader import __version__
from tests.support.checking import PROJECT

FOLDERS = {"articles": "articles", "newsreader": "newsreader", "templates": "newsreader/assets/templates"}
FOLDERS |= {"static": "newsreader/assets/static"}
# On one worker, so that it is built once.
pytestmark = pytest.mark.xdist_group("wheel")
FOUND = """
from django.contrib.staticfiles.finders import find
from django.template.loader import get_template
from django.conf import settings
print(get_template("articles/topic.html").origin, find("css/base.css"), settings.VAR_DIR, settings.SITE_NAME, sep="\\n")
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("built"), "-t", "sdist")


def test_it_has_every_file_of_the_packages_and_of_templates_and_static(built: Path) -> None:
    with zipfile.ZipFile(built) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    files = {
        f"{place}/{path.relative_to(PROJECT / folder).as_posix()}"
        for folder, place in FOLDERS.items()
        for path in (PROJECT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert names == files
    assert len(files) > 500


def test_versions_agree(built: Path) -> None:
    assert built.name == f"newsreader-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(built) as wheel:
        metadata = wheel.read(f"newsreader-{__version__}.dist-info/METADATA").decode()
        commands = wheel.read(f"newsreader-{__version__}.dist-info/entry_points.txt").decode()
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Version: {__version__}\n" in metadata
    assert metadata.count("Requires-Dist: ") == len(project["dependencies"] + project["optional-dependencies"]["dev"])
    assert "newsreader = newsreader.command:main" in commands
    assert f"\n## [{__version__}] - 20" in (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_source_archive_builds_an_image_but_holds_nothing_private(built: Path) -> None:
    with tarfile.open(built.with_name(f"newsreader-{__version__}.tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Containerfile", "compose.yaml", "manage.py", "requirements/base.txt", "deploy/nginx/site.conf"} <= names
    assert not {name for name in names if name.startswith(("var/", "tests/", ".venv/")) or name == ".env"}


def test_the_command_reads_what_is_inside_and_settings_where_it_is_called(built: Path, tmp_path: Path) -> None:
    installed, home = tmp_path / "installed", tmp_path / "home"
    home.mkdir()
    (home / ".env").write_text("SECRET_KEY=one\nSITE_NAME=Read from here\n", encoding="utf-8")
    with zipfile.ZipFile(built) as wheel:
        wheel.extractall(installed)
    environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    result = subprocess.run(
        [sys.executable, "-m", "newsreader", "shell", "--no-imports", "--command", FOUND],
        cwd=home, env=environment | {"PYTHONPATH": str(installed)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assets = installed / "newsreader" / "assets"
    expected = [
        assets / "templates/articles/topic.html",
        assets / "static/css/base.css",
        home / "var",
        "Read from here",
    ]
    assert result.stdout.splitlines() == [str(each) for each in expected]
    assert {path.name for path in home.iterdir()} == {".env", "var"}


def test_a_command_without_settings_ends_with_a_sentence(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(built) as wheel:
        wheel.extractall(tmp_path / "installed")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "installed")}
    result = subprocess.run(
        [sys.executable, "-m", "newsreader", "check"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"__main__.py: SECRET_KEY is not set, neither here nor in {tmp_path / '.env'}.\n"
