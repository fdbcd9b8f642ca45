"""The quick look at a text's characters never says other than the patterns do."""

import pytest

from articles.content.yaml.characters import (
    MARKS,
    SUSPECT,
    is_plain_ascii,
    is_suspect,
    is_visible,
    marks_of,
    name_key,
)
from articles.content.yaml.fast_reader import BARRED

ALL = [chr(point) for point in range(0x110000)]


def test_plain_ascii_has_nothing_that_a_pattern_finds() -> None:
    plain = [char for char in ALL if is_plain_ascii(f"a{char}b")]
    assert plain == ["\n", *map(chr, range(0x20, 0x7F))]
    assert not any(SUSPECT.search(char) or BARRED.search(char) for char in plain)


def test_suspects_are_found_wherever_they_stand() -> None:
    suspects = [char for char in ALL if SUSPECT.search(char)]
    assert len(suspects) > 60
    assert all(is_suspect(char) and is_suspect(f"é{char}") and is_suspect(f"ab\n{char}") for char in suspects)
    assert not any(map(is_suspect, ("", "é", "a\tb\r\n", "a b")))


def test_marks_are_those_of_all_scripts() -> None:
    assert marks_of(range(0x3, 0x200)) == MARKS


BLANK = ["", " ", "\t\n", "&nbsp;", " &nbsp; &#8203;", "\u00a0", "\u200e\u200f", "\u202a\u202c", "\u2066\u2069", "\u200b\u2060\ufeff",
         "\u00ad", "&shy;&zwj;", "\u115f\u3164\uffa0", "\u2800", "\ufe0f", "\u034f", "\u3000"]  # fmt: skip


@pytest.mark.parametrize("text", BLANK)
def test_texts_without_a_visible_character_are_told(text: str) -> None:
    assert not is_visible(text)
    assert is_visible(f"{text}.")
    assert is_visible(f"{text}a{text}")


@pytest.mark.parametrize(
    "text", ["0", "-", "&", "&amp;", "é", "新", "\u200fخبر", "🙂", "&nbsp;x", "&unknown;", "\ue000"]
)
def test_texts_with_a_visible_character_are_told(text: str) -> None:
    assert is_visible(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Caf\u00e9", "cafe\u0301"),
        ("CAFE\u0301", "caf\u00e9"),
        ("Straße", "STRASSE"),
        ("\uac00", "\u1100\u1161"),
        (" a  b", "A\u00a0b "),
        ("\u0387", "\u00b7"),
    ],
)
def test_names_are_the_same_however_they_are_written(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_what_makes_a_name_another_one_counts() -> None:
    assert len({name_key(name) for name in ("Cafe", "Café", "C", "C++", "C#", "Caffe")}) == 6


def test_a_key_has_at_most_three_characters_for_each_of_a_name_and_stays_as_it_is() -> None:
    keys = [name_key(char) for char in ALL if not "\ud800" <= char <= "\udfff"]
    assert max(map(len, keys)) == 3
    assert [key for key in keys if name_key(key) != key] == []
