"""Files written into a folder: whole or not at all, and nowhere else."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.sync.exports import atomic_files as module
from articles.sync.exports.atomic_files import OutsideError, Saving, saving


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (tmp_path / "outside.md").write_text("outside")
    return folder


def write_all(root: Path, *paths: str) -> None:
    with saving(root) as files:
        for path in paths:
            files.write(path, b"new")


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize("together", [1, 100])
def test_files_are_put_in_place_at_the_end(root: Path, together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOGETHER", together)
    (root / "a.md").write_text("old")
    (root / "a.md").chmod(0o640)
    with saving(root) as files:
        files.write("a.md", b"new")
        files.write("_news/deep/b.md", b"b")
        assert (root / "a.md").read_text() == "old"
        assert not (root / "_news/deep/b.md").exists()
    assert (root / "a.md").read_bytes() == b"new"
    assert (root / "a.md").stat().st_mode & 0o777 == 0o640
    assert everything(root) == ["_news", "_news/deep", "_news/deep/b.md", "a.md"]


def test_what_fails_leaves_everything_as_it_was(root: Path) -> None:
    (root / "a.md").write_text("old")
    with pytest.raises(OutsideError):
        write_all(root, "a.md", "../outside.md")
    assert (root / "a.md").read_text() == "old"
    assert everything(root) == ["a.md"]


def test_what_a_killed_run_left_is_cleared_away(root: Path) -> None:
    Saving(root).write("_news/a.md", b"half")
    (root / ".keep.tmp").write_text("someone else's")
    assert len(everything(root)) == 3
    Saving(root).clear_leftovers()
    assert everything(root) == [".keep.tmp", "_news"]


OUTSIDE = [
    "",
    ".",
    "..",
    "../outside.md",
    "/etc/passwd",
    "a/../../outside.md",
    "out/x.md",
    "out.md",
    "ring/x.md",
    "folder",
    "a\0b",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_leads_out_of_the_folder(root: Path, path: str) -> None:
    (root / "folder").mkdir()
    (root / "out").symlink_to(root.parent)
    (root / "out.md").symlink_to(root.parent / "outside.md")
    (root / "ring").symlink_to(root / "ring")
    before = everything(root.parent)
    with pytest.raises(OutsideError), saving(root) as files:
        files.write(path, b"in")
    assert (root.parent / "outside.md").read_text() == "outside"
    assert everything(root.parent) == before


def test_a_link_inside_of_the_folder_stays_a_link(root: Path) -> None:
    (root / "real.md").write_text("old")
    (root / "link.md").symlink_to("real.md")
    with saving(root) as files:
        files.write("link.md", b"new")
    assert (root / "link.md").is_symlink()
    assert (root / "real.md").read_text() == "new"


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet=st.one_of(st.sampled_from("./\\ab\0 ~"), st.characters(exclude_categories=["Cs"])), max_size=20)
)
def test_whatever_a_path_says_it_stays_inside(root: Path, path: str) -> None:
    files = Saving(root)
    try:
        location = files.location(path)
    except OutsideError:
        return
    assert os.path.commonpath([location, files.root]) == str(files.root)
    assert location != files.root
