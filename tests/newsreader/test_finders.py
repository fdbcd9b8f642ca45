"""The style sheet of components: written in parts, sent as one file."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from newsreader.finders import IMPORT, joined_sheet

CSS = settings.BASE_DIR / "static" / "css"
PARTS = sorted(path.name for path in (CSS / "components").iterdir())


def sheet() -> Path:
    found = finders.find("css/components.css")
    assert isinstance(found, str)
    return Path(found)


def collected() -> dict[str, str]:
    """Return what ``collectstatic`` collects from this project's folder: the file of each path."""
    finder = finders.get_finder("newsreader.finders.JoiningFinder")
    return {path: storage.path(path) for path, storage in finder.list(None)}


def test_every_part_is_in_the_sheet_in_the_order_of_the_imports() -> None:
    imports = re.findall(r'@import url\("components/(.+)"\);', (CSS / "components.css").read_text())
    assert sorted(imports) == PARTS
    text = sheet().read_text()
    firsts = [(CSS / "components" / name).read_text().splitlines()[1] for name in imports]
    assert [text.index(first) for first in firsts] == sorted(text.index(first) for first in firsts)


def test_the_sheet_imports_nothing_and_has_one_layer() -> None:
    text = sheet().read_text()
    assert "@import" not in text
    assert text.count("@layer components {") == 1


def test_drawings_are_found_from_the_sheet() -> None:
    urls = re.findall(r'url\("([^"]+)"\)', sheet().read_text())
    assert urls
    for url in urls:
        assert (CSS / url).is_file(), url


def test_the_sheet_is_collected_and_its_parts_are_not() -> None:
    files = collected()
    assert Path(files["css/components.css"]).read_text() == sheet().read_text()
    assert not [path for path in files if path.startswith("css/components/")]


def test_the_sheet_is_written_when_a_part_has_changed_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path / "var")
    source = tmp_path / "components.css"
    source.write_text('@layer components;\n@import url("components/a.css");\n')
    part = tmp_path / "components" / "a.css"
    part.parent.mkdir()
    part.write_text("@layer components {\n  a { color: red; }\n}\n")
    first = joined_sheet(source).stat()
    assert joined_sheet(source).stat().st_ino == first.st_ino
    part.write_text('@layer components {\n  a { background: url("../../img/a.svg"); }\n}\n')
    assert 'url("../img/a.svg")' in joined_sheet(source).read_text()
    assert [path.name for path in (tmp_path / "var" / "joined" / "css").iterdir()] == ["components.css"]


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_a_sheet_of_its_own(name: str) -> None:
    text = (CSS / "components" / name).read_text()
    assert text.startswith("@layer components {\n")
    assert text.endswith("\n}\n")
    assert not IMPORT.search(text)
