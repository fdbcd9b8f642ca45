"""Finds pairs of stories with similar titles, which may be one. Pure: no database."""

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from articles.stories.facts import normal_title

MAX_APART = dt.timedelta(days=4)
MIN_ALIKE = 0.4  # weight of the words in both titles, relative to that of all words
MIN_SHARED = 3  # words, unless the titles are the same
COMMON = 40  # titles; more frequent words tell nothing
# Words that say nothing about the subject.
STOP_WORDS = frozenset(
    [
        "about",
        "after",
        "all",
        "amid",
        "and",
        "are",
        "been",
        "before",
        "but",
        "can",
        "could",
        "did",
        "does",
        "during",
        "for",
        "from",
        "gets",
        "had",
        "has",
        "have",
        "how",
        "into",
        "its",
        "just",
        "may",
        "more",
        "most",
        "new",
        "news",
        "not",
        "now",
        "off",
        "one",
        "our",
        "out",
        "over",
        "says",
        "said",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "too",
        "under",
        "until",
        "update",
        "was",
        "watch",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


@dataclass(frozen=True, slots=True)
class Headline:
    """A story with the title and time of its lead."""

    story: int
    title: str
    time: dt.datetime
    provider: str = ""
    size: int = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stories with similar titles: ``alike`` is from 0 to 1, ``words`` are those in both, rarest first."""

    one: Headline
    other: Headline
    alike: float
    words: tuple[str, ...]

    @property
    def apart(self) -> dt.timedelta:
        return abs(self.one.time - self.other.time)


def telling_words(title: str) -> frozenset[str]:
    """Return the words of a title that tell its subject."""
    return frozenset(word for word in normal_title(title).split() if len(word) > 2 and word not in STOP_WORDS)


def similar_pairs(headlines: Collection[Headline]) -> list[Pair]:
    """Return pairs of stories within MAX_APART whose titles are similar, the most similar first.

    Only titles that share a rare word are compared, which is fast for thousands of them.
    """
    words = {each.story: telling_words(each.title) for each in headlines}
    by_story = {each.story: each for each in headlines}
    counts = Counter(word for found in words.values() for word in found)
    weight = {word: math.log(1 + len(words) / count) for word, count in counts.items()}
    pairs = []
    for one, other in _candidates(words, counts):
        a, b = by_story[one], by_story[other]
        if abs(a.time - b.time) <= MAX_APART and (pair := _compare(a, b, words, weight)):
            pairs.append(pair)
    return sorted(pairs, key=lambda pair: (-pair.alike, pair.one.story, pair.other.story))


def _candidates(words: Mapping[int, frozenset[str]], counts: Mapping[str, int]) -> set[tuple[int, int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for story in sorted(words):
        for word in words[story]:
            if 1 < counts[word] <= COMMON:
                holders[word].append(story)
    return {pair for stories in holders.values() for pair in combinations(stories, 2)}


def _compare(
    one: Headline, other: Headline, words: Mapping[int, frozenset[str]], weight: Mapping[str, float]
) -> Pair | None:
    a, b = words[one.story], words[other.story]
    shared = a & b
    if len(shared) < MIN_SHARED and a != b:
        return None
    alike = _sum(shared, weight) / _sum(a | b, weight)
    if alike < MIN_ALIKE:
        return None
    return Pair(one, other, alike, tuple(sorted(shared, key=lambda word: (-weight[word], word))))


def _sum(words: Iterable[str], weight: Mapping[str, float]) -> float:
    # fsum does not depend on the order, so that results are the same everywhere.
    return math.fsum(weight[word] for word in words)
