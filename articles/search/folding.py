"""A word -> the letters that people type for it. Pure.

Many keyboards have no ``ł``, ``đ`` or ``ı``, some writers leave out accents and vowel points, and Arabic and Persian
have letters that look alike and are typed for each other. What tells words apart stays: ``й`` is no ``и``, and the marks
that make ``か`` to ``が`` are no accents.
"""

import re
import unicodedata

_INDIC = range(0x0900, 0x0E00)  # their marks are vowels
_VOICED = "\u3099\u309a"  # of kana
_SHORT_I = ("и\u0306", "й")
# Unicode takes accents off letters, but no strokes, hooks and tails; its names for them say which letter has one.
_BASE = re.compile("(LATIN|CYRILLIC) SMALL LETTER ([A-Z]+) WITH ")
# What is typed for letters of their own; Arabic: ta marbuta, alef maksura, and Persian letters.
_TYPED = {
    "ı": "i", "ȷ": "j", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŋ": "n", "ə": "e", "ɛ": "e", "ɔ": "o",
    "ة": "ه", "ۃ": "ه", "ہ": "ه", "ە": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا",
}  # fmt: skip
_STRETCH = "\u0640"  # makes an Arabic word longer, and nothing else
_MODIFIERS = range(0x02B0, 0x0300)  # letters by name, such as the apostrophe of Hawaiʻi


def fold(word: str) -> str:
    """Return a word without case and diacritics, and without what is no letter, digit or vowel sign."""
    if word.isascii():
        return "".join(filter(str.isalnum, word.lower()))
    letters = unicodedata.normalize("NFKD", word.casefold()).replace(*_SHORT_I)
    whole = unicodedata.normalize("NFKC", letters.translate(_TABLE)).casefold()
    return "".join(letter for letter in whole if letter.isalnum() or ord(letter) in _INDIC)


class _Table(dict[int, str]):
    """What stands for each letter, worked out when it is first met."""

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
    except KeyError:  # the name is no letter's
        return letter


_TABLE = _Table()
