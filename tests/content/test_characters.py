"""The quick look at a text's characters never says other than the patterns do."""

from articles.content.characters import SUSPECT, is_plain_ascii, is_suspect
from articles.content.house_style import BARRED

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
