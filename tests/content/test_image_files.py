"""The names of the site's own images, and the files that they lead to."""

import mimetypes
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.content.image_files import IMAGE_TYPES, find_image, image_name, image_path, image_type


def test_images_are_found_in_the_folder_only(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "assets").mkdir(parents=True)
    (site / "assets" / "a.png").write_bytes(b"x")
    (site / "assets" / "a.html").write_bytes(b"x")
    (tmp_path / "b.png").write_bytes(b"x")
    (site / "assets" / "link.png").symlink_to(tmp_path / "b.png")
    assert find_image(site, "/assets/a.png") == site / "assets" / "a.png"
    for url in (
        "/assets/a.html",
        "/../b.png",
        "/assets/../../b.png",
        "/assets/link.png",
        "/assets",
        "/nothing.png",
        "/\0.png",
    ):
        assert find_image(site, url) is None


def test_a_path_names_its_file_letter_by_letter_before_it_is_read_as_an_address(tmp_path: Path) -> None:
    (tmp_path / "a b.png").write_bytes(b"x")
    assert find_image(tmp_path, "/a b.png") == find_image(tmp_path, "/a%20b.png") == tmp_path / "a b.png"
    (tmp_path / "a%20b.png").write_bytes(b"y")
    assert find_image(tmp_path, "/a%20b.png") == tmp_path / "a%20b.png"


def test_a_quoted_path_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "b.png").write_bytes(b"x")
    assert find_image(tmp_path / "site", "/%2e%2e/b.png") is None


@given(st.text())
def test_an_address_of_an_image_leads_back_to_its_name(text: str) -> None:
    name = image_name(f"/{text}.webp")
    assert image_name(name) == name
    assert not set("#?% ").intersection(image_path(name).replace("%25", "").replace("%20", "")) - {"%"}
    assert unquote(image_path(name)) == name


def test_a_name_that_no_file_system_takes_is_none() -> None:
    assert image_name(f"/{'ж' * 128}.png") == ""
    assert image_name("/a\\b.png") == image_name("/../a.png") == image_name("/a.svg") == ""


@pytest.mark.parametrize("suffix", sorted(IMAGE_TYPES))
def test_types_of_images_do_not_depend_on_what_the_machine_knows(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_: (None, None))
    assert image_type(f"a{suffix.upper()}").startswith("image/")
