"""Finds the pairs of articles that tell of the same event among many, by an index over recent, rare words. Pure."""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator

from articles.stories.likeness import COPY_WINDOW, SHARED, WINDOW, Evidence, Sketch, Text, Vocabulary, evidence

Pairs = set[tuple[int, int]]


def ordered(one: int, other: int) -> tuple[int, int]:
    """Return two ids in the order in which pairs are kept."""
    return (one, other) if one < other else (other, one)


def find_evidence(
    texts: Iterable[Text], links: Pairs, vocabulary: Vocabulary, about: Collection[int] | None = None
) -> Iterator[Evidence]:
    """Yield the evidence of all pairs, or (``about``) of those with at least one of these articles.

    ``texts`` are in the order of their times, and ``links`` pairs in the order of their ids.
    """
    recent = _Recent(links)
    for text in texts:
        sketch = Sketch(text, vocabulary)
        recent.forget(text.hours)
        is_new = about is None or text.id in about
        for other in recent.candidates(sketch):
            if is_new or about is None or other.text.id in about:
                is_linked = ordered(text.id, other.text.id) in links
                if found := evidence(other, sketch, is_linked):
                    yield found
        recent.add(sketch)


class _Recent:
    """The articles before the current one, by their telling words: all of WINDOW, and titles of COPY_WINDOW."""

    def __init__(self, links: Pairs) -> None:
        self._near, self._far = _Index(WINDOW), _Index(COPY_WINDOW)
        self._linked: dict[int, list[int]] = defaultdict(list)
        for one, other in links:
            self._linked[one].append(other)
            self._linked[other].append(one)

    def forget(self, now: float) -> None:
        self._near.forget(now)
        self._far.forget(now)

    def add(self, sketch: Sketch) -> None:
        self._near.add(sketch, sketch.telling)
        self._far.add(sketch, sketch.telling & sketch.words.title)

    def candidates(self, sketch: Sketch) -> list[Sketch]:
        found = self._near.sharing(sketch.telling)
        found |= self._far.sharing(sketch.telling & sketch.words.title)
        found |= {pk: linked for pk in self._linked[sketch.text.id] if (linked := self._far.get(pk))}
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
        """Return the articles with at least SHARED of the words."""
        times = Counter(pk for word in words for pk in self._by_word.get(word, ()))
        return {pk: self._by_id[pk] for pk, count in times.items() if count >= SHARED}
