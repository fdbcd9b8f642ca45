"""Text -> the tokens that are searched for. Pure: articles and queries go through the same functions.

A token is a word without case, diacritics and inflection; it holds no space and, of ASCII, only letters and digits, so
that every engine takes it whole. Scripts that are written without spaces give a token for each character.
"""

import html
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

MAX_TOKEN = 64  # characters of a word that count
MAX_WORDS = 1000  # of one text
CACHED_WORDS = 100_000

Phrase = tuple[str, ...]  # tokens in a row; a word is a phrase of one

# Han, kana, Thai, Lao, Myanmar, Khmer: no spaces between words.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0edf\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u17e0-\u17e9"
    "\u2e80-\u2fd5\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U000323af"
)
# Marks that belong to the letter before them, which ``\w`` leaves out: those of letters, points and vowel signs.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u0dff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0"
)
# The English possessive is no part of a word, and "s" no word of its own.
_WORD = re.compile(rf"([{_UNSPACED}]|[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]|[{_MARKS}])*)(?:['’][sS](?![^\W_]))?")
_ASCII_WORD = re.compile(r"([A-Za-z0-9]+)(?:'[sS](?![A-Za-z0-9]))?")
_INDIC = range(0x0900, 0x0E00)  # their marks are vowels

_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}


class Span(NamedTuple):
    """A word of a text: ``text[start:end]``."""

    start: int
    end: int
    token: str


class Analyzer:
    """What makes tokens of texts in one language; words of others are searched for as they are written."""

    def __init__(self, language: str) -> None:
        name = _STEMMERS.get(language.lower().replace("_", "-").partition("-")[0])
        self._tokens = _Tokens(Stemmer.Stemmer(name, 0) if name else None)

    def words(self, text: str) -> list[str]:
        """Return the words of a text, HTML entities and all, in order and lower case."""
        return _find_all(decoded(text).casefold())[:MAX_WORDS]

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of a text, HTML entities and all, in order."""
        return self.tokens_of(self.words(text))

    def tokens_of(self, words: list[str]) -> list[str]:
        """Return the tokens of words that ``words`` gave; those of which nothing is left to search for are left out."""
        tokens = self._tokens
        return [token for word in words if (token := tokens[word])]

    def spans(self, text: str) -> Iterator[Span]:
        """Yield the words of a text that is shown: its entities are decoded."""
        for match in (_ASCII_WORD if text.isascii() else _WORD).finditer(text):
            # Lower case may fall apart into several words; a shown word is marked by its first.
            words = _find_all(match[1].casefold())
            if words and (token := self._tokens[words[0]]):
                yield Span(match.start(1), match.end(1), token)


class _Tokens(dict[str, str]):
    """Tokens by word: most words of a text have been seen before."""

    def __init__(self, stemmer: "Stemmer.Stemmer | None") -> None:
        super().__init__()
        self._stemmer = stemmer
        self._lock = threading.Lock()  # stemmers keep their state in themselves

    def __missing__(self, word: str) -> str:
        if len(self) >= CACHED_WORDS:
            self.clear()
        folded = fold(word)[:MAX_TOKEN]
        if self._stemmer is not None:
            with self._lock:
                folded = self._stemmer.stemWord(folded)
        self[word] = folded
        return folded


def decoded(text: str) -> str:
    return html.unescape(text) if "&" in text else text


def fold(word: str) -> str:
    """Return a word without case and diacritics, and without what is no letter, digit or vowel sign."""
    if word.isascii():
        return "".join(filter(str.isalnum, word.lower()))
    letters = unicodedata.normalize("NFKD", word.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter) or ord(letter) in _INDIC)
    whole = unicodedata.normalize("NFKC", kept).casefold()
    return "".join(letter for letter in whole if letter.isalnum() or ord(letter) in _INDIC)


def _find_all(text: str) -> list[str]:
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


@lru_cache(maxsize=8)
def analyzer_for(language: str) -> Analyzer:
    """Return the analyzer of a language code such as ``en`` or ``pt-br``."""
    return Analyzer(language)


def analyse(language: str, texts: Iterable[str]) -> tuple[list[str], set[str]]:
    """Return the tokens of each text, with a space between, and the words of all."""
    analyzer = analyzer_for(language)
    tokens, known = [], set()
    for text in texts:
        words = analyzer.words(text)
        known.update(words)
        tokens.append(" ".join(analyzer.tokens_of(words)))
    return tokens, known
