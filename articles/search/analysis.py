"""Splits text into the tokens that are indexed and searched for. Pure; articles and queries use the same functions.

A token is a word without case, diacritics and inflection. It contains no space and no ASCII but letters and digits, so
that no engine splits it further. Scripts without spaces give a token for each character, and Hangul one for each
syllable, as particles and parts of compounds are not separated. ``C++`` gives two tokens, one of them for its signs. A
word with several tokens is searched for as a phrase.
"""

import html
import re
import threading
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer

from articles.search.folding import fold

MAX_TOKEN = 64  # characters of a word that count
MAX_WORDS = 1000  # of one text, and tokens
CACHED_WORDS = 100_000

Phrase = tuple[str, ...]  # tokens in a row; a word is a phrase of one or more

# Han, kana, Thai, Lao, Myanmar, Khmer: no spaces between words.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0edf\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u17e0-\u17e9"
    "\u2e80-\u2fd5\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U000323af"
)
_VOICED = "[\u3099\u309a\uff9e\uff9f]"  # marks of kana
_HANGUL = "\u1100-\u11ff\uac00-\ud7a3"  # syllables, and the letters that they decompose into
_SYLLABLE = "[\uac00-\ud7a3][\u11a8-\u11ff]*|[\u1100-\u115f]*[\u1160-\u11a7]+[\u11a8-\u11ff]*|[\u1100-\u11ff]"
# Marks that belong to the letter before them but do not match ``\w``: accents, points and vowel signs.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u0dff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0"
)
# Signs at the end of a word are part of it (C++, C#, Disney+); between two words they separate.
_SIGNS = {"+": "＋", "＋": "＋", "#": "＃", "＃": "＃", "♯": "＃"}
_SIGN = f"[{''.join(_SIGNS)}]"
_ENDING = rf"(?:[+＋]{{2}}|{_SIGN}(?![^\W_]|{_SIGN})|)"  # an empty branch is faster than "?"
_LETTER = rf"[^\W_{_UNSPACED}{_HANGUL}]"
# The English possessive is neither part of a word nor a word of its own.
_WORD = rf"([{_UNSPACED}]{_VOICED}?|[{_HANGUL}]+|{_LETTER}(?:{_LETTER}|[{_MARKS}])*{_ENDING})(?:['’][sS](?![^\W_])|)"
_ASCII_WORD = r"([A-Za-z0-9]+(?:\+\+|[+#](?![A-Za-z0-9+#])|))(?:'[sS](?![A-Za-z0-9])|)"
# The pieces of a word that get a token each.
_PIECE = rf"{_SYLLABLE}|{_SIGN}+|(?:(?!{_SIGN})[^{_HANGUL}])+"

# The Arabic article, alone or with the prefixes "with", "as", "for", "and" and "so". It is removed again and again, so
# that words that begin like an article are found with and without one, too.
_ARTICLE = "^(?:[وف]?(?:[بك]?ال|لل)(?=\\w{3})|ال(?=\\w\\w)(?!له$))"
_ARABIC = re.compile("[\u0620-\u064a]")
# The Persian stemmer expects Persian letters, which ``fold`` replaced by Arabic ones.
_PERSIAN = str.maketrans("يك", "یک")

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
    """Makes tokens of texts in one language; words of languages without a stemmer are not stemmed."""

    def __init__(self, language: str) -> None:
        name = _STEMMERS.get(language.lower().replace("_", "-").partition("-")[0])
        self._tokens = _Tokens(name)

    def words(self, text: str) -> list[str]:
        """Return the words of a text, which may have HTML entities, in order and lower case."""
        return _find_all(decoded(text).casefold())[:MAX_WORDS]

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of a text, which may have HTML entities, in order."""
        return self.tokens_of(self.words(text))

    def tokens_of(self, words: list[str]) -> list[str]:
        """Return the tokens of what ``words`` returned; words without a letter or digit have none."""
        return self.joined(words).split()

    def joined(self, words: list[str]) -> str:
        """Return the tokens of what ``words`` returned, joined by spaces."""
        tokens = self._tokens
        return cut(" ".join([its for word in words if (its := tokens[word])]))

    def token(self, word: str) -> str:
        """Return the tokens of one of ``words``, joined by spaces."""
        return self._tokens[word]

    def spans(self, text: str) -> Iterator[Span]:
        """Yield the spans of words, or of the pieces of words with several tokens, in a text without entities."""
        for match in _words(text.isascii()).finditer(text):
            for piece in _pieces().finditer(match[1]):
                if token := self._shown(piece[0]):
                    start = match.start(1) + piece.start()
                    yield Span(start, start + len(piece[0]), token)

    def _shown(self, piece: str) -> str:
        """Return the token of a piece of text; if its lower case is several words, that of the first."""
        if piece[0] in _SIGNS:
            return _signs(piece)
        words = _find_all(piece.casefold())
        return self._tokens[words[0]].partition(" ")[0] if words else ""


class _Tokens(dict[str, str]):
    """A cache of tokens by word, joined by spaces; most words of a text have been seen before."""

    def __init__(self, name: str | None) -> None:
        super().__init__()
        self._name = name
        self._stemmer = Stemmer.Stemmer(name, 0) if name else None
        self._lock = threading.Lock()  # stemmers are not thread-safe

    def __missing__(self, word: str) -> str:
        if len(self) >= CACHED_WORDS:
            self.clear()
        pieces = _pieces().findall(word)
        tokens = [
            _signs(piece) if piece[0] in _SIGNS else self._stem(_root(fold(piece)[:MAX_TOKEN])) for piece in pieces
        ]
        self[word] = joined = " ".join(filter(None, tokens))
        return joined

    def _stem(self, word: str) -> str:
        if self._stemmer is None:
            return word
        with self._lock:
            return str(self._stemmer.stemWord(word.translate(_PERSIAN) if self._name == "persian" else word))


# Compiled when a process first needs them, as that takes 16 ms and most commands never do.
@cache
def _words(is_ascii: bool) -> re.Pattern[str]:
    return re.compile(_ASCII_WORD if is_ascii else _WORD)


@cache
def _pieces() -> re.Pattern[str]:
    return re.compile(_PIECE)


@cache
def _article() -> re.Pattern[str]:
    return re.compile(_ARTICLE)


def _signs(piece: str) -> str:
    """Return signs in their full-width form, which no engine splits off."""
    return "".join(map(_SIGNS.__getitem__, piece))


def _root(word: str) -> str:
    """Return a folded word without the Arabic article, if it has one."""
    if not word.isascii() and _ARABIC.match(word):
        while (match := _article().match(word)) is not None:
            word = word[match.end() :]
    return word


def cut(tokens: str) -> str:
    """Return the first MAX_WORDS of tokens joined by spaces."""
    return tokens if tokens.count(" ") < MAX_WORDS else " ".join(tokens.split(" ", MAX_WORDS)[:MAX_WORDS])


def decoded(text: str) -> str:
    return html.unescape(text) if "&" in text else text


def _find_all(text: str) -> list[str]:
    return _words(text.isascii()).findall(text)


@lru_cache(maxsize=8)
def analyzer_for(language: str) -> Analyzer:
    """Return the analyzer of a language code such as ``en`` or ``pt-br``."""
    return Analyzer(language)


def analyse(language: str, texts: Iterable[str]) -> tuple[list[str], set[str]]:
    """Return the tokens of each text, joined by spaces, and the words of all texts."""
    analyzer = analyzer_for(language)
    tokens, known = [], set()
    for text in texts:
        words = analyzer.words(text)
        known.update(words)
        tokens.append(analyzer.joined(words))
    return tokens, known
