"""The words of an article by which stories are recognised: stemmed, without those that say nothing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from articles.search.analysis import CACHED_WORDS, analyzer_for

TITLE_COUNTS = 2  # a word of the title counts as often as this many of the excerpt
MAX_EXCERPT = 600  # characters; what follows is seldom about the event
CACHED_TEXTS = 20_000

_LITTLE_WORDS = {
    "en": """
        a about after all also amid an and any are as at be been before but by can could did do does during for from
        get gets got had has have he her here his how i if in into is it its just like make makes may more most much my
        new news no not now of off on one only or other our out over own per read says said see she so some than that
        the their them then there these they this those through to today too two under until up update us use used uses
        using via was watch we well were what when where which while who why will with would year years you your
    """,
    "de": """
        aber ab als alle allem allen aller alles am an auch auf aus bei beim bereits bis da damit dann das dass dem den der
        des die dies diese diesem diesen dieser dieses doch dort durch ein eine einem einen einer eines er erst es etwa
        für gegen hat haben hatte hier ich ihr ihre ihrem ihren ihrer im in ins ist ja jetzt kann kein keine keinen können
        man mehr mit muss müssen nach neu neue neuen neuer nicht noch nun nur ob oder ohne rund schon sei sein seine
        seinen seiner seit sich sie sind so soll sollen sowie um und uns unter vom von vor war waren was wegen weil
        weiter wenn werden wie wieder will wir wird wurde wurden zu zum zur zwei zwischen über
    """,
    "fr": """
        a ai au aux avec ce ces cette comme dans de des du elle en entre est et été être il ils la le les leur leurs
        lui mais ne nous on ont ou où par pas plus pour qu que qui sa sans se ses son sont sur un une vous
    """,
    "es": """
        a al como con de del desde dos el ella en entre era es esta este está fue ha han hay la las le lo los más no
        o para pero por que se sin sobre su sus también un una y ya
    """,
}
STOP_WORDS = {code: frozenset(text.split()) for code, text in _LITTLE_WORDS.items()}
LANGUAGES = {word: [code for code, its in STOP_WORDS.items() if word in its] for word in chain(*STOP_WORDS.values())}
DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """How often an article has each stem, the stems of its title, and how each stem of ``counts`` is written there."""

    counts: Mapping[str, int]
    title: frozenset[str]
    shown: tuple[str, ...]  # many texts are remembered at once, and a mapping takes four times the memory


def language_of(words: list[str]) -> str:
    """Return the language that most of the little words are of; English if there are none."""
    found = dict.fromkeys(STOP_WORDS, 0)
    for codes in [LANGUAGES[word] for word in words if word in LANGUAGES]:
        for code in codes:
            found[code] += 1
    return max(found, key=lambda code: (found[code], code == DEFAULT))


@lru_cache(maxsize=CACHED_TEXTS)
def words_of(title: str, excerpt: str) -> Words:
    """Return the words of a title and an excerpt, which may have HTML entities."""
    analyzer = analyzer_for(DEFAULT)
    heading, text = analyzer.words(title), analyzer.words(excerpt[:MAX_EXCERPT])
    language = language_of(heading + text)
    stems = _stems_of(language)
    counts: dict[str, int] = {}
    shown: dict[str, str] = {}
    for word in heading:
        if stem := stems[word]:
            counts[stem] = counts.get(stem, 0) + TITLE_COUNTS
            shown.setdefault(stem, word)
    of_title = frozenset(counts)
    for word in text:
        if stem := stems[word]:
            counts[stem] = counts.get(stem, 0) + 1
            shown.setdefault(stem, word)
    return Words(counts, of_title, tuple(shown.values()))


class _Stems(dict[str, str]):
    """A cache of stems by word, empty for little words; most words of a text have been seen before."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> str:
        if len(self) >= CACHED_WORDS:
            self.clear()
        its = "" if word in STOP_WORDS[self._language] else analyzer_for(self._language).token(word)
        self[word] = its
        return its


_stems_of = cache(_Stems)
