"""Which problems are printed where there are many of a kind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from articles.content import repeats as module
from articles.content.checking import main
from articles.content.problems import Problem
from articles.content.repeats import Groups, Repeats

Write = Callable[..., Path]


def shown(repeats: Repeats, *codes: str) -> list[str]:
    return [code for code in codes if repeats.shows(Problem("a.md", 1, code, "x"))]


def test_three_of_each_kind_are_shown_and_the_rest_counted() -> None:
    repeats = Repeats()
    assert shown(repeats, *["N502"] * 5, *["W401"] * 3, *["W403"] * 4) == ["N502"] * 3 + ["W401"] * 3 + ["W403"] * 3
    assert list(repeats.summary()) == ["2 more of N502; --verbose shows all", "1 more of W403; --verbose shows all"]


def test_all_errors_are_shown() -> None:
    repeats = Repeats()
    assert shown(repeats, *["E301"] * 5) == ["E301"] * 5
    assert list(repeats.summary()) == []


def test_everything_is_shown_when_asked_for() -> None:
    repeats = Repeats(everything=True)
    assert shown(repeats, *["N502"] * 5) == ["N502"] * 5
    assert list(repeats.summary()) == []


@pytest.fixture
def undated_site(tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site as the current folder, with five warnings of one kind."""
    for day in range(1, 6):
        write_article(
            f"_news/2023-09-0{day}-a.md", publishedDateTime=f"2023-09-0{day}", webUrl=f'"https://a.test/{day}"'
        )
    monkeypatch.chdir(tmp_path / "site")


@pytest.mark.parametrize(
    ("arguments", "warnings", "counted"),
    [((), 3, True), (("--verbose",), 5, False), (("--strict",), 5, False), (("--format", "github"), 5, False)],
)
def test_a_check_shortens_its_text_but_not_what_fails_it_or_what_programs_read(
    undated_site: None, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], warnings: int, counted: bool
) -> None:
    main([*arguments, "."])
    output = capsys.readouterr().out
    assert output.count("names no zone") == warnings
    assert ("2 more of W401; --verbose shows all" in output) is counted


def grouped(codes: list[str]) -> list[str]:
    groups = Groups()
    lines = [
        line
        for number, code in enumerate(codes)
        for line in groups.add(Problem("a.md", 1, code, "x"), f"{code} {number}")
    ]
    return [*lines, *groups.rest()]


def test_problems_come_in_groups_with_errors_first() -> None:
    codes = ["N502", "E302", "W401", "E203", "W401", "E302", "N501"]
    assert grouped(codes) == ["E203 3", "E302 1", "E302 5", "W401 2", "W401 4", "N501 6", "N502 0"]


def test_many_problems_come_in_several_parts_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GATHERED", 3)
    assert grouped(["W401", "E203", "W401", "E302", "E203"]) == ["E203 1", "W401 0", "W401 2", "E203 4", "E302 3"]
