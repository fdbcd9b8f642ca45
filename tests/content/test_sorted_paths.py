"""Paths in their order: the same whether they are few enough for memory or go to a temporary file."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.content import sorted_paths
from articles.content.sorted_paths import SortedPaths

# Lone surrogates stand for bytes that are not UTF-8, which no path of a file to import has.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


@given(st.lists(texts, max_size=40), st.integers(1, 50), texts)
@settings(max_examples=150, deadline=None)
def test_a_temporary_file_gives_what_memory_gives(paths: list[str], in_memory: int, other: str) -> None:
    stored, listed = SortedPaths(paths, in_memory), SortedPaths(paths)
    assert list(stored) == list(listed) == sorted(set(paths))
    assert len(stored) == len(listed) == len(set(paths))
    for path in (*paths, other):
        assert (path in stored) == (path in listed) == (path in set(paths))
    assert None not in stored
    assert None not in listed


def test_chunks_are_written_and_read_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_paths, "CHUNK", 7)
    names = [f"{number:03}" for number in range(100)]
    paths = SortedPaths(reversed(names), in_memory=10)
    assert list(paths) == names
    rest = iter(paths)
    assert next(rest) == "000"
    assert "099" in paths
    assert list(rest) == names[1:]


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    paths = SortedPaths((str(number) for number in range(1000)), in_memory=10)
    assert len(paths) == 1000
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_file_that_cannot_be_written_is_an_error_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def execute(self, *arguments: Any) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite3, "connect", lambda *arguments, **options: Full())
    with pytest.raises(OSError, match=r"temporary file: database or disk is full$"):
        SortedPaths(["b", "a"], in_memory=1)
    assert list(SortedPaths(["b", "a"])) == ["a", "b"], "few paths need none"
