"""Checks of the characters in texts, fast for most texts."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

# C0, C1 and DEL but for tab and line ends, and what reorders or hides the text around it.
SUSPECT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_CONTROLS = bytes([*range(0x0A), *range(0x0B, 0x20), 0x7F])


# The blocks of 256 characters that have marks: to look at all characters takes longer than a command should, which does
# so whenever it starts. Beyond these there are only variation selectors, which change how a character looks.
_WITH_MARKS = """
    3 4 5 6 7 8 9 a b c d e f 10 13 17 18 19 1a 1b 1c 1d 20 2c 2d 30 a6 a8 a9 aa ab fb fe 101 102 103 105 10a 10d 10e 10f
    110 111 112 113 114 115 116 117 118 119 11a 11b 11c 11d 11e 11f 134 161 16a 16b 16d 16f 1bc 1cf 1d1 1d2 1da 1e0 1e1
    1e2 1e4 1e5 1e6 1e8 1e9
"""


def _ranges(codes: Iterable[int], kind: str) -> Iterator[str]:
    """Yield those of ascending characters that are of a Unicode category such as ``M``, as ranges of a pattern."""
    start = end = None
    for code in codes:
        if unicodedata.category(chr(code))[0] != kind:
            continue
        if start is None or end != code - 1:
            if start is not None and end is not None:
                yield f"{chr(start)}-{chr(end)}"
            start = code
        end = code
    if start is not None and end is not None:
        yield f"{chr(start)}-{chr(end)}"


def marks_of(blocks: Iterable[int]) -> str:
    """Return the marks in blocks of 256 characters as ranges of a pattern."""
    return "".join(_ranges((code for block in blocks for code in range(block << 8, block + 1 << 8)), "M"))


# The characters of words, for a set in a pattern. Python's ``\w`` has the letters and digits of every
# script and the underscore, but not the marks: vowel signs, tones and points, without which the words would differ.
MARKS = marks_of(int(block, 16) for block in _WITH_MARKS.split())
WORD = rf"\w{MARKS}"
SLUG_PATTERN = rf"[-{WORD}]+"


def is_plain_ascii(text: str) -> bool:
    """Return whether ``text`` is ASCII without controls except line feeds; four times as fast as a pattern."""
    return text.isascii() and len(text.encode().translate(None, _CONTROLS)) == len(text)


def is_suspect(text: str) -> bool:
    """Return whether ``text`` has control characters, or some that reorder text: nobody wants to publish those."""
    return not is_plain_ascii(text) and bool(SUSPECT.search(text))


# Controls, format characters such as direction marks and zero-width spaces, halves of surrogates, and spaces;
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
# and what other categories have that shows nothing by itself: fillers, variation selectors, an empty cell of Braille.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0").union(
    map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)


def is_visible(text: str) -> bool:
    """Return whether ``text`` has a visible character; HTML entities count as their characters."""
    # Nearly every text begins with one.
    if text[:1].isascii() and text[:1].isalnum():
        return True
    return any(unicodedata.category(char) not in _HIDDEN and char not in _BLANK for char in html.unescape(text))


def one_line(text: str) -> str:
    """Escape line breaks, control sequences of terminals and CI logs, and characters that databases refuse."""
    return re.sub(rf"[\r\n]|{SUSPECT.pattern}", lambda match: match[0].encode("unicode_escape").decode(), text)


def name_key(name: str) -> str:
    """Return a key that is the same for spellings that differ only in spaces, case or Unicode composition."""
    folded = unicodedata.normalize("NFC", " ".join(name.split())).casefold()
    return unicodedata.normalize("NFC", folded)
