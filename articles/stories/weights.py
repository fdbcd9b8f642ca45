"""How much words tell: the more, the rarer they are on the site and within a provider. Pure: no database."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat

from articles.stories.words import words_of

RARE = 4.2  # weight of a word in one of about 65 chunks of articles
RARE_CHUNKS = 3
CHUNK = 8  # articles in a row; words count once for each chunk, so that one event's are not common by its many articles
SMOOTHING = 50  # chunks without any word, so that a small site has weights, too
PROVIDER_SMOOTHING = 4
PROVIDER_MIN = 8  # articles of a provider from which its habits are known
LEAST = 0.05
CACHED_WEIGHTS = 20_000  # words of a provider


@dataclass(frozen=True, slots=True)
class Text:
    """An article as far as its likeness to others matters; ``hours`` is its time."""

    id: int
    title: str
    excerpt: str
    provider: int
    hours: float


@dataclass(frozen=True)
class Vocabulary:
    """In how many chunks of articles each word is, and in how many articles of each provider.

    Words that are missing are rare. An empty vocabulary gives all words the same weight.
    """

    chunks: int = 0
    words: Mapping[str, int] = field(default_factory=dict)
    articles: Mapping[int, int] = field(default_factory=dict)  # by provider, of those with PROVIDER_MIN
    habits: Mapping[int, Mapping[str, int]] = field(default_factory=dict)

    @property
    def rare(self) -> float:
        """Return the weight from which words are rare: RARE, or on a small site that of words in RARE_CHUNKS."""
        return min(RARE, math.log((self.chunks + SMOOTHING) / (RARE_CHUNKS + 1)))

    def weights(self, words: Collection[str], provider: int) -> dict[str, float]:
        """Return how much words tell: the logarithm of how rare each is here, or within its provider."""
        if provider not in self.articles:
            return dict(zip(words, map(self._here.get, words, repeat(self._rarest)), strict=True))
        its = self._within.get(provider)
        if its is None:
            its = self._within[provider] = _Weights(self, provider)
        return dict(zip(words, map(its.__getitem__, words), strict=True))

    def weight_within(self, word: str, provider: int) -> float:
        """Return how much a word tells in an article of a provider whose habits are known."""
        total, times = self.articles[provider] + PROVIDER_SMOOTHING, self.habits[provider].get(word, 0)
        return max(min(self._here.get(word, self._rarest), 2 * math.log(total / (times + 1))), LEAST)

    @cached_property
    def _here(self) -> dict[str, float]:
        total = self.chunks + SMOOTHING
        return {word: max(math.log(total / (times + 1)), LEAST) for word, times in self.words.items()}

    @cached_property
    def _rarest(self) -> float:
        return math.log(self.chunks + SMOOTHING)

    @cached_property
    def _within(self) -> "dict[int, _Weights]":
        return {}


class _Weights(dict[str, float]):
    """The weights of words that occurred in articles of one provider."""

    def __init__(self, vocabulary: Vocabulary, provider: int) -> None:
        super().__init__()
        self._vocabulary, self._provider = vocabulary, provider

    def __missing__(self, word: str) -> float:
        if len(self) >= CACHED_WEIGHTS:
            self.clear()
        self[word] = weight = self._vocabulary.weight_within(word, self._provider)
        return weight


def learn(texts: Iterable[Text]) -> Vocabulary:
    """Return the vocabulary of all texts of a site, which are in the order of their times."""
    chunks: dict[str, int] = {}
    last: dict[str, int] = {}
    articles: dict[int, int] = {}
    habits: dict[int, dict[str, int]] = {}
    chunk = -1
    for place, text in enumerate(texts):
        chunk = place // CHUNK
        articles[text.provider] = articles.get(text.provider, 0) + 1
        its = habits.setdefault(text.provider, {})
        for word in words_of(text.title, text.excerpt).counts:
            its[word] = its.get(word, 0) + 1
            if last.get(word) != chunk:
                last[word] = chunk
                chunks[word] = chunks.get(word, 0) + 1
    return _trimmed(Vocabulary(chunk + 1, chunks, articles, habits))


def _trimmed(vocabulary: Vocabulary) -> Vocabulary:
    """Leave out what hardly changes a weight, so that little is kept: words of one chunk, a provider's rare words."""
    articles = {provider: total for provider, total in vocabulary.articles.items() if total >= PROVIDER_MIN}
    habits = {
        provider: {word: times for word, times in vocabulary.habits[provider].items() if times > max(2, total / 50)}
        for provider, total in articles.items()
    }
    words = {word: times for word, times in vocabulary.words.items() if times > 1}
    return Vocabulary(vocabulary.chunks, words, articles, habits)
