"""What docs/reliability.md promises is tested: it names tests that exist, and each requirement of ASVS that it says it covers."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from bench.production import ROOT

TEXT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+(?:::\w+)?)`", TEXT)))
# The requirements of levels 1 and 2 in each section of ASVS 5.0.0, in the chapters that apply here. They count from one
# in each section, and those of level 3 come last.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4, "3.4": 6,
    "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 11,
    "6.3": 3, "6.4": 4, "6.5": 5, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1,
    "8.4": 1, "9.1": 3, "9.2": 4, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 3, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2,
    "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("name", NAMED)
def test_each_test_that_is_named_exists(name: str) -> None:
    path, _, function = name.partition("::")
    assert (ROOT / path).exists()
    assert not function or function in names_in(path)


def rows() -> Iterator[tuple[list[str], str, str]]:
    """Yield the requirements, the words and the tests of each row of the section on ASVS."""
    for line in TEXT.partition("\n## ASVS level 2")[2].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if re.match(r"\d+\.\d", cells[0]) and len(cells) == 3:
            yield list(numbers(cells[0])), cells[1], cells[2]


def numbers(text: str) -> Iterator[str]:
    """Yield what a cell names, as in "1.2.1, 1.2.3–5": 1.2.1, 1.2.3, 1.2.4, 1.2.5."""
    for part in text.split(", "):
        section, first, last = re.fullmatch(r"(\d+\.\d+)\.(\d+)(?:–(\d+))?", part).groups()  # type: ignore[union-attr]
        for number in range(int(first), int(last or first) + 1):
            yield f"{section}.{number}"


def test_each_requirement_of_levels_1_and_2_has_one_row() -> None:
    wanted = [f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)]
    named = [number for found, _, _ in rows() for number in found]
    assert sorted(set(wanted) - set(named)) == []
    assert sorted(number for number in set(named) if named.count(number) > 1) == []


def test_each_row_names_a_test_or_says_why_there_is_none() -> None:
    reasons = ("open", "document", "operator", "no such thing", "design")
    vague = [found for found, _, tests in rows() if "`tests/" not in tests and not tests.startswith(reasons)]
    assert vague == []


def test_what_is_open_is_counted() -> None:
    count = sum(len(found) for found, _, tests in rows() if tests.startswith("open"))
    total = sum(SECTIONS.values())
    assert f"{total} requirements of levels 1 and 2 are in these tables; {count} are open" in " ".join(TEXT.split())
