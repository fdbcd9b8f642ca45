"""Finds the pairs of articles that tell of the same event among many, by an index over recent, rare words. Pure."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

from articles.stories.likeness import COPY_WINDOW, WINDOW, Evidence, Sketch, evidence
from articles.stories.weights import Text, Vocabulary

Links = Mapping[int, Collection[int]]  # the articles that each article is linked with, in either direction


def linked_by(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """Return the articles that each article is linked with; an id is kept once, since a large site has a million pairs."""
    links: dict[int, list[int]] = {}
    same: dict[int, int] = {}
    for pair in pairs:
        one, other = (same.setdefault(pk, pk) for pk in pair)
        links.setdefault(one, []).append(other)
        links.setdefault(other, []).append(one)
    return links


def find_evidence(
    texts: Iterable[Text], links: Links, vocabulary: Vocabulary, about: Collection[int] | None = None
) -> Iterator[Evidence]:
    """Yield the evidence of all pairs, or (``about``) of those with at least one of these articles.

    ``texts`` are in the order of their times.
    """
    recent = _Recent()
    for text in texts:
        sketch = Sketch(text, vocabulary)
        recent.forget(text.hours)
        linked = frozenset(links.get(text.id, ()))
        is_new = about is None or text.id in about
        for other in recent.candidates(sketch, linked):
            if (is_new or about is None or other.text.id in about) and (
                found := evidence(other, sketch, other.text.id in linked)
            ):
                yield found
        recent.add(sketch)


class _Recent:
    """The articles before the current one, by their telling words: all of WINDOW, and titles of COPY_WINDOW."""

    def __init__(self) -> None:
        self._near, self._far = _Index(WINDOW), _Index(COPY_WINDOW)

    def forget(self, now: float) -> None:
        self._near.forget(now)
        self._far.forget(now)

    def add(self, sketch: Sketch) -> None:
        self._near.add(sketch, sketch.telling)
        self._far.add(sketch, sketch.telling & sketch.words.title)

    def candidates(self, sketch: Sketch, linked: Iterable[int]) -> list[Sketch]:
        found = self._near.sharing(sketch.telling)
        found |= self._far.sharing(sketch.telling & sketch.words.title)
        found |= {pk: other for pk in linked if (other := self._far.get(pk))}
        return [found[pk] for pk in sorted(found)]


class _Index:
    """Articles of the last hours by word."""

    def __init__(self, hours: float) -> None:
        self._hours = hours
        self._all: deque[tuple[Sketch, frozenset[str]]] = deque()
        self._by_id: dict[int, Sketch] = {}
        self._by_word: dict[str, deque[int]] = defaultdict(deque)

    def get(self, pk: int) -> Sketch | None:
        return self._by_id.get(pk)

    def forget(self, now: float) -> None:
        while self._all and now - self._all[0][0].text.hours > self._hours:
            sketch, words = self._all.popleft()
            del self._by_id[sketch.text.id]
            for word in words:
                self._by_word[word].popleft()

    def add(self, sketch: Sketch, words: frozenset[str]) -> None:
        self._all.append((sketch, words))
        self._by_id[sketch.text.id] = sketch
        for word in words:
            self._by_word[word].append(sketch.text.id)

    def sharing(self, words: frozenset[str]) -> dict[int, Sketch]:
        """Return the articles with any of the words."""
        found = set(chain.from_iterable([its for word in words if (its := self._by_word.get(word))]))
        return {pk: self._by_id[pk] for pk in found}
