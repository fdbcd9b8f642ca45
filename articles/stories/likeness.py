"""Whether two articles tell of the same event, by what they say. Pure: no database.

Words count by how rare they are on the site and within their provider, since a provider's templates ("... retires on
29 February") repeat in its articles whatever they are about. docs/stories.md describes the method and what it was
measured with.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from articles.search.analysis import MAX_WORDS
from articles.stories.weights import RARE, Text, Vocabulary
from articles.stories.words import Words, words_of

WINDOW = 72.0  # hours between articles about one event
COPY_WINDOW = 14 * 24.0  # hours between copies of one text

ALIKE = 0.25  # cosine from which articles of different providers tell of one event
LINKED = 0.08  # less of it suffices if one names the other as related,
NAMED = 0.05  # and if they share a word that is rare here;
FOREIGN = 0.12  # more of it is needed if one is about a name that the other does not have
LATE = 0.16  # and the more, up to this at the end of the window, the farther apart they are
NAME = 4.0
TELLING = 2.0  # weight of the words that the index looks at
SHARED, SHARED_AGAIN = 1, 2  # telling words that both must have; the last of one provider's
SHARED_RARE = 2  # rare words that both must have if a link decides, and one more within a provider

TEMPLATE = 0.5  # cosine that articles of one provider need; their titles must also be one in the other
WITHIN, WITHIN_LEAST = 0.95, 0.6  # shares of the titles' weights that the other title has, the higher and the lower
# Of copies; the last of one provider's that are more than WINDOW apart.
COPY_TITLE, COPY_TEXT, COPY_AGAIN = 0.9, 0.5, 0.9
COPY_LETTERS = 80  # likeness of copies' titles, of 100
COPY_WORDS = 4  # words of a title that copies are recognised by
SHOWN_WORDS, SHOWN_LETTERS = 4, 60  # of what two articles share
ENOUGH = 3  # words; articles with fewer say too little to compare them
# What a word counts by how often an article has it, its title included: at most twice and once MAX_WORDS.
COUNTED = (0.0, *(1 + math.log(times) for times in range(1, 3 * MAX_WORDS + 1)))


class Sketch:
    """What a text says: its words by weight, as a vector of length one."""

    __slots__ = ("__dict__", "says_enough", "text", "vector", "vocabulary", "weights", "words")

    def __init__(self, text: Text, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.words: Words = words_of(text.title, text.excerpt)
        counts = self.words.counts
        self.says_enough = len(counts) >= ENOUGH
        self.weights = vocabulary.weights(counts, text.provider)
        values = [COUNTED[times] * weight for times, weight in zip(counts.values(), self.weights.values(), strict=True)]
        length = math.sqrt(math.fsum([value * value for value in values])) or 1.0
        self.vector = {word: value / length for word, value in zip(counts, values, strict=True)}

    @cached_property
    def telling(self) -> frozenset[str]:
        return frozenset([word for word, weight in self.weights.items() if weight >= TELLING])

    @cached_property
    def names(self) -> list[str]:
        """Rare words that the title begins with or that the excerpt repeats: what the article is about."""
        counts = self.words.counts
        first = next(iter(counts))
        return [word for word in self.words.title if (counts[word] > 2 or word == first) and self.weights[word] >= NAME]

    @cached_property
    def written(self) -> dict[str, float]:
        """The weights of words as they are written."""
        return dict(zip(self.words.shown, self.weights.values(), strict=True))

    @cached_property
    def rare(self) -> frozenset[str]:
        """Words that are rare here, as they are written: languages stem names in different ways."""
        least = self.vocabulary.rare
        return frozenset([word for word, weight in self.written.items() if weight >= least])

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(word for word in self.words.title if any(map(str.isdigit, word)))

    @cached_property
    def heading(self) -> str:
        return heading_of(self.text.title)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why two articles belong to one story: by how much (``score``), their likeness and the rarest words they share."""

    one: int
    other: int
    score: float
    likeness: float
    words: tuple[str, ...] = ()
    is_linked: bool = False
    is_copy: bool = False

    @property
    def is_only_link(self) -> bool:
        return self.score < 0


def cosine(one: Sketch, other: Sketch) -> float:
    """Return how alike two texts are, from 0 to 1."""
    # The exact sum does not depend on the order of the words.
    a, b = one.vector, other.vector
    return round(math.fsum([a[word] * b[word] for word in a.keys() & b.keys()]), 4)


def evidence(one: Sketch, other: Sketch, is_linked: bool = False) -> Evidence | None:
    """Return why two articles tell of the same event, or None if they do not."""
    if one.text.id > other.text.id:
        one, other = other, one
    apart = abs(one.text.hours - other.text.hours)
    if apart > COPY_WINDOW or (apart > WINDOW and not (is_linked or _is_alike_in_letters(one, other))):
        return None
    found = _by_words(one, other, is_linked, apart) if one.says_enough and other.says_enough else None
    return found or (_by_link(one, other, apart) if is_linked else None)


def _by_words(one: Sketch, other: Sketch, is_linked: bool, apart: float) -> Evidence | None:
    again = one.text.provider == other.text.provider
    if not is_linked and len(one.telling & other.telling) < (SHARED_AGAIN if again else SHARED):
        return None
    likeness = cosine(one, other)
    if _are_copies(one, other, likeness, apart):
        return _found(one, other, 1 + likeness, likeness, is_linked, is_copy=True)
    if apart > WINDOW:
        return None
    more = _beyond(one, other, likeness, is_linked)
    return _found(one, other, more, likeness, is_linked) if more >= 0 else None


def _by_link(one: Sketch, other: Sketch, apart: float) -> Evidence | None:
    """Return the evidence of a link between articles that share rare words, or have hardly any to compare.

    On a site too small to know which words are rare, all are. Its score is below zero, and the lower, the farther apart
    the articles are.
    """
    again = one.text.provider == other.text.provider
    if one.says_enough and other.says_enough and len(one.rare & other.rare) < SHARED_RARE + again:
        return None
    return _found(one, other, -1 - apart / COPY_WINDOW, cosine(one, other), is_linked=True)


def _beyond(one: Sketch, other: Sketch, likeness: float, is_linked: bool) -> float:
    """Return by how much two articles are more alike than those of different events; below zero if less."""
    if one.text.provider == other.text.provider:
        if likeness < TEMPLATE:
            return -1.0
        less, more = sorted((_share(one, other.words.title), _share(other, one.words.title)))
        return likeness - TEMPLATE if more >= WITHIN and less >= WITHIN_LEAST else -1.0
    least = ALIKE + LATE * abs(one.text.hours - other.text.hours) / WINDOW - LINKED * is_linked
    if likeness + NAMED < least:
        return -1.0  # whatever they are about
    shared = one.words.counts.keys() & other.words.counts.keys()
    is_named = any(min(one.weights[word], other.weights[word]) >= RARE for word in shared)
    return round(likeness - least + NAMED * is_named - FOREIGN * foreign(one, other), 4)


def foreign(one: Sketch, other: Sketch) -> int:
    """Return how many of two texts are about a name that the other does not have."""
    return (not other.words.counts.keys() >= set(one.names)) + (not one.words.counts.keys() >= set(other.names))


def _are_copies(one: Sketch, other: Sketch, likeness: float, apart: float) -> bool:
    again = one.text.provider == other.text.provider and apart > WINDOW
    return (
        likeness >= (COPY_AGAIN if again else COPY_TEXT)
        and min(len(one.words.title), len(other.words.title)) >= COPY_WORDS
        and one.numbers == other.numbers
        and min(_share(one, other.words.counts), _share(other, one.words.counts)) >= COPY_TITLE
        and _is_alike_in_letters(one, other)
    )


def _is_alike_in_letters(one: Sketch, other: Sketch) -> bool:
    return headings_are_alike(one.heading, other.heading)


def heading_of(title: str) -> str:
    """Return a title as titles are compared: in lower case, its words in the order of the alphabet."""
    return " ".join(sorted(title.casefold().split()))


def headings_are_alike(one: str, other: str) -> bool:
    """Return whether two titles have nearly the same letters, whatever the order of their words."""
    return fuzz.ratio(one, other, score_cutoff=COPY_LETTERS) > 0


def is_alike_any(heading: str, others: Sequence[str]) -> bool:
    """Return whether that is so of a title and any of the others, of which there may be thousands."""
    return process.extractOne(heading, others, scorer=fuzz.ratio, score_cutoff=COPY_LETTERS) is not None


def _share(one: Sketch, words: Collection[str]) -> float:
    """Return the share of a title's weight that its words among these have."""
    total = math.fsum(one.weights[word] for word in one.words.title)
    there = math.fsum(one.weights[word] for word in one.words.title if word in words)
    return there / total if total else 0.0


def _found(
    one: Sketch, other: Sketch, score: float, likeness: float, is_linked: bool, is_copy: bool = False
) -> Evidence:
    shared = one.written.keys() & other.written.keys()
    weight = {word: min(one.written[word], other.written[word]) for word in shared}
    telling = sorted((word for word in shared if weight[word] >= TELLING), key=lambda word: (-weight[word], word))
    words = tuple(word[:SHOWN_LETTERS] for word in telling[:SHOWN_WORDS])
    return Evidence(one.text.id, other.text.id, round(score, 4), likeness, words, is_linked, is_copy)
