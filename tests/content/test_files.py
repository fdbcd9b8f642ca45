"""Finding files, and the addresses that their names give."""

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from articles.content.files import Content, SourceFile, find, read, site_root
from articles.content.identity import address_of
from articles.content.layout import dated_name, may_lack_front_matter, slug_from
from articles.content.parsing import parse_article
from articles.content.problems import Problem
from tests.support.site_files import article_text

Write = Callable[..., Path]


def test_a_folder_is_searched_for_all_article_endings(tmp_path: Path, write_article: Write) -> None:
    for name in ("b/c.md", "a.markdown", "b/d.txt", "e.HTML", "f.rst", ".git/g.md"):
        write_article(name)
    found = find(tmp_path / "site")
    assert [file.path for file in found.articles] == ["a.markdown", "b/c.md", "b/d.txt", "e.HTML"]
    assert found.problems == ()


def test_a_site_folder_brings_its_news_topics_and_organizations_only(tmp_path: Path, write_article: Write) -> None:
    for name in ("_news/a.md", "_data/topics/00-ai.yaml", "_data/organizations/a.example.md", "about.md"):
        write_article(name)
    found = find(tmp_path / "site")
    assert [file.path for file in found.articles] == ["_news/a.md"]
    assert [file.path for file in found.topics] == ["_data/topics/00-ai.yaml"]
    assert [file.path for file in found.organizations] == ["_data/organizations/a.example.md"]


def test_an_article_has_one_path_however_its_site_is_named(tmp_path: Path, write_article: Write) -> None:
    file = write_article("_news/2023/a.md")
    for argument in (tmp_path / "site", tmp_path / "site" / "_news", file):
        assert [each.path for each in find(argument).articles] == ["_news/2023/a.md"]
        assert site_root(argument) == tmp_path / "site"


def test_links_that_leave_the_folder_are_problems(tmp_path: Path, write_article: Write) -> None:
    write_article("a.md")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(article_text())
    (tmp_path / "site" / "b.md").symlink_to(outside / "secret.md")
    (tmp_path / "site" / "c").symlink_to(outside)
    (tmp_path / "site" / "d.md").symlink_to(tmp_path / "site" / "a.md")
    found = find(tmp_path / "site")
    assert [file.path for file in found.articles] == ["a.md", "d.md"]
    assert sorted((problem.path, problem.code) for problem in found.problems) == [("b.md", "E104"), ("c", "E104")]


def test_a_pipe_is_not_read_for_ever(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    problem = read(SourceFile(tmp_path, "a.md"))
    assert isinstance(problem, Problem)
    assert problem.code == "E101"


def test_a_link_to_a_folder_within_is_not_followed_twice(tmp_path: Path, write_article: Write) -> None:
    write_article("a/b.md")
    (tmp_path / "site" / "c").symlink_to(tmp_path / "site" / "a")
    found = find(tmp_path / "site")
    assert ([file.path for file in found.articles], found.problems) == (["a/b.md"], ())


def test_what_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert [problem.code for problem in find(tmp_path / "nothing").problems] == ["E107"]


def test_a_path_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    Path(os.fsdecode(os.fsencode(site) + b"/\xff.md")).write_text(article_text())
    assert [(problem.path, problem.code) for problem in find(site).problems] == [("\\xff.md", "E103")]


def test_a_file_over_two_megabytes_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * 2_000_001)
    problem = read(SourceFile(tmp_path, "a.md"))
    assert isinstance(problem, Problem)
    assert problem.code == "E102"


def test_a_file_that_went_away_is_a_problem(tmp_path: Path) -> None:
    problem = read(SourceFile(tmp_path, "a.md"))
    assert isinstance(problem, Problem)
    assert problem.code == "E101"


@pytest.mark.parametrize(
    ("path", "may"),
    [("_x.md", True), (".x.md", True), ("README.md", True), ("a/readme.txt", True), ("readmes.md", False)],
)
def test_some_files_may_lack_front_matter(path: str, may: bool) -> None:
    assert may_lack_front_matter(path) is may


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("_news/2023-08-31-some-slug.md", (dt.date(2023, 8, 31), "some-slug")),
        ("2023-08-31-Große Überraschung & mehr.md", (dt.date(2023, 8, 31), "große-überraschung-mehr")),
        ("some-slug.md", (dt.date(2023, 9, 1), "a-title")),
        ("2023-02-30-some-slug.md", (dt.date(2023, 9, 1), "a-title")),
        ("2023-08-31.md", (dt.date(2023, 9, 1), "a-title")),
    ],
)
def test_an_address_comes_from_the_name_or_else_from_time_and_title(path: str, address: tuple[dt.date, str]) -> None:
    parsed = parse_article(path, article_text().encode(), dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    assert parsed.record is not None
    assert address_of(parsed, parsed.record) == address


def test_the_date_of_an_address_is_the_one_that_the_file_says() -> None:
    text = article_text(publishedDateTime="2023-09-01T01:00:00+02:00", title='"?!"')
    parsed = parse_article("x.md", text.encode(), dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    assert parsed.record is not None
    date, slug = address_of(parsed, parsed.record)
    assert date == dt.date(2023, 9, 1)
    assert slug.startswith("article-")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("A & B: c", "a-b-c"),
        ("日本 語", "日本-語"),
        ("--", ""),
        ("a_b", "a_b"),
        ("x" * 300, "x" * 200),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("น้ำท่วม", "น้ำท่วม"),
        ("مُحَمَّد", "مُحَمَّد"),
        ("İzmir", "izmir"),
        ("Cafe\u0301", "café"),
        ("\u0301 a", "\u0301-a"),
        ("\u0301", ""),
    ],
)
def test_slugs_keep_letters_and_marks_of_any_script(text: str, slug: str) -> None:
    assert slug_from(text) == slug


def test_a_name_without_date_has_none() -> None:
    assert dated_name("a/b.md") == (None, "")


def test_a_file_just_written_has_no_stamp_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.content.files.STAMP_VALID_AFTER", 10**18)
    (tmp_path / "a.md").write_text("a")
    content = read(SourceFile(tmp_path, "a.md"))
    assert isinstance(content, Content)
    assert content.stamp == ""


def test_a_stamp_tells_a_file_that_was_not_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.content.files.STAMP_VALID_AFTER", -(10**18))
    path, file = tmp_path / "a.md", SourceFile(tmp_path, "a.md")
    path.write_text("a")
    content = read(file)
    assert isinstance(content, Content)
    assert read(file, content.stamp) is None
    before = path.stat()
    time.sleep(0.02)
    path.write_text("b")  # as long as before, and dated back: only the change time tells
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    changed = read(file, content.stamp)
    assert isinstance(changed, Content)
    assert (changed.data, changed.stamp != content.stamp) == (b"b", True)
