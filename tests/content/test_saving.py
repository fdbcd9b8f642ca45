"""Files written into a folder: whole or not at all, and nowhere else."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.content import saving as module
from articles.content.saving import STAGE, OutsideError, Saving, saving


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (tmp_path / "outside.md").write_text("outside")
    return folder


def write_all(root: Path, *paths: str) -> list[str]:
    with saving(root) as files:
        for path in paths:
            files.write(path, b"new")
        files.reach_the_disk()
        return files.take_places()


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
        files.reach_the_disk()
        assert files.take_places() == []
    assert (root / "a.md").read_bytes() == b"new"
    assert (root / "a.md").stat().st_mode & 0o777 == 0o640
    assert everything(root) == ["_news", "_news/deep", "_news/deep/b.md", "a.md"]


def test_what_fails_leaves_everything_as_it_was(root: Path) -> None:
    (root / "a.md").write_text("old")
    with pytest.raises(OutsideError):
        write_all(root, "a.md", "../outside.md")
    assert (root / "a.md").read_text() == "old"
    assert everything(root) == ["a.md"]


def test_what_is_not_put_in_place_is_taken_back(root: Path) -> None:
    (root / "a.md").write_text("old")
    with saving(root) as files:
        files.write("a.md", b"new")
    assert (root / "a.md").read_text() == "old"
    assert everything(root) == ["a.md"]


def test_what_a_killed_run_left_is_cleared_away(root: Path) -> None:
    Saving(root).write("_news/a.md", b"half")
    assert everything(root) == [STAGE, f"{STAGE}/_news", f"{STAGE}/_news/a.md"]
    with saving(root):
        assert everything(root) == []


def test_the_hidden_folder_is_no_way_out(root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (root / STAGE).symlink_to(outside)
    (outside / "kept.md").write_text("kept")
    assert write_all(root, "a.md") == []
    assert (everything(outside), everything(root)) == (["kept.md"], ["a.md"])


def test_what_came_to_stand_in_a_place_meanwhile_stays(root: Path) -> None:
    for name in ("a.md", "b.md"):
        (root / name).write_text("old")
    with saving(root) as files:
        for path in ("a.md", "b.md", "c.md", "d.md"):
            files.write(path, b"new")
        (root / "a.md").write_text("somebody's")
        (root / "c.md").write_text("somebody's")
        files.reach_the_disk()
        assert files.take_places() == ["a.md", "c.md"]
    assert {name: (root / name).read_text() for name in everything(root)} == {
        **dict.fromkeys(("a.md", "c.md"), "somebody's"),
        **dict.fromkeys(("b.md", "d.md"), "new"),
    }


def test_a_folder_that_was_not_there_comes_as_a_whole_and_articles_come_last(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves: list[str] = []
    replace = Path.replace

    def note(path: Path, target: Path) -> Path:
        moves.append(target.relative_to(root).as_posix())
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", note)
    (root / "_data").mkdir()
    write_all(root, "_news/a.md", "_news/b.md", "_data/topics/a.yaml", "_data/pins.yaml", "assets/x.webp")
    assert moves == ["_data/pins.yaml", "_data/topics", "assets", "_news"]


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
    ".git/config",
    f"{STAGE}/a.md",
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
    write_all(root, "link.md")
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
