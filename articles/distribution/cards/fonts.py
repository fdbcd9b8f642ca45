"""The fonts of cards: parts of the Noto fonts, under the SIL Open Font License (fonts/OFL.txt).

They were cut by fontTools' ``pyftsubset`` to Latin, Greek and Cyrillic; Arabic; the Chinese characters of GB 2312, Big5
(level 1) and JIS (level 1) with kana; the syllables of KS X 1001; and emoji in one colour. ``coverage.json`` has the
ranges of characters in each.
"""

import json
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

FOLDER = Path(__file__).parent / "fonts"
FALLBACK = "latin"
# Characters that say how others look, and have no picture of their own.
_JOINERS = {0x200C, 0x200D, 0xFE0E, 0xFE0F}


@cache
def _ranges() -> dict[str, tuple[list[int], list[int]]]:
    found = json.loads((FOLDER / "coverage.json").read_text(encoding="utf-8"))
    return {name: ([first for first, _ in ranges], [last for _, last in ranges]) for name, ranges in found.items()}


@lru_cache(10_000)
def font_of(char: str) -> str | None:
    """Return the name of the first font that has a character, None if none has it."""
    code = ord(char)
    for name, (firsts, lasts) in _ranges().items():
        at = bisect_right(firsts, code) - 1
        if at >= 0 and code <= lasts[at]:
            return name
    return None


@lru_cache(32)
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font in a size of pixels."""
    return ImageFont.truetype(str(FOLDER / f"{name}.ttf"), size, layout_engine=ImageFont.Layout.RAQM)


def drawable(text: str) -> str:
    """Return text without the characters that no font has, which would be empty boxes."""
    composed = unicodedata.normalize("NFC", text)
    kept = (char for char in composed if font_of(char) and not 0x1F3FB <= ord(char) <= 0x1F3FF)
    return " ".join("".join(kept).split())


def is_drawable(text: str) -> bool:
    """Return whether all letters and digits of a text can be drawn; of the rest, some may be left out."""
    letters = [char for char in unicodedata.normalize("NFC", text) if char.isalnum()]
    return bool(drawable(text)) and all(map(font_of, letters))


def is_joiner(char: str) -> bool:
    return ord(char) in _JOINERS or unicodedata.combining(char) != 0
