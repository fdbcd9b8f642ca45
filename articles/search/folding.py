"""Folds words to the letters that people type for them. Pure.

Many keyboards lack ``ł``, ``đ`` or ``ı``, many people leave out accents and vowel points, and some Arabic and Persian
letters look alike and are typed for each other. Letters that make another word stay: ``й`` does not become ``и``, and
the mark that turns ``か`` into ``が`` is not removed.
"""

import re
import unicodedata

_INDIC = range(0x0900, 0x0E00)  # their marks are vowels
_VOICED = "\u3099\u309a"  # of kana
_SHORT_I = ("и\u0306", "й")
# Unicode decomposes accents, but not strokes, hooks and tails; the names of such letters contain the plain letter.
_BASE = re.compile("(LATIN|CYRILLIC) SMALL LETTER ([A-Z]+) WITH ")
# What is typed for letters that do not decompose; Arabic: ta marbuta, alef maksura, and Persian letters.
_TYPED = {
    "ı": "i", "ȷ": "j", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŋ": "n", "ə": "e", "ɛ": "e", "ɔ": "o",
    "ة": "ه", "ۃ": "ه", "ہ": "ه", "ە": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا",
}  # fmt: skip
_STRETCH = "\u0640"  # tatweel, which only stretches an Arabic word
_MODIFIERS = range(0x02B0, 0x0300)  # modifier letters, such as the ʻokina of Hawaiʻi


def fold(word: str) -> str:
    """Return a word without case and diacritics, with only letters, digits and vowel signs left."""
    if word.isascii():
        return "".join(filter(str.isalnum, word.lower()))
    letters = unicodedata.normalize("NFKD", word.casefold()).replace(*_SHORT_I)
    whole = unicodedata.normalize("NFKC", letters.translate(_TABLE)).casefold()
    return "".join(letter for letter in whole if letter.isalnum() or ord(letter) in _INDIC)


class _Table(dict[int, str]):
    """A cache of what replaces each letter."""

    def __missing__(self, code: int) -> str:
        self[code] = typed = _typed_for(chr(code))
        return typed


def _typed_for(letter: str) -> str:
    if letter in _TYPED:
        return _TYPED[letter]
    if letter in _VOICED or letter.isascii():
        return letter
    if (digit := unicodedata.decimal(letter, None)) is not None:
        return str(digit)
    if ord(letter) in _INDIC:
        return letter
    if unicodedata.combining(letter) or letter == _STRETCH or ord(letter) in _MODIFIERS:
        return ""
    return _without_stroke(letter)


def _without_stroke(letter: str) -> str:
    match = _BASE.match(unicodedata.name(letter, ""))
    if match is None:
        return letter
    try:
        return unicodedata.lookup(f"{match[1]} SMALL LETTER {match[2]}")
    except KeyError:  # no letter has that name
        return letter


_TABLE = _Table()
