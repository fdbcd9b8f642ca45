"""Finds where a story looks like two: parts that little holds together. Pure: no database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from articles.stories.likeness import Evidence

MIN_PART = 2  # articles that may be another event; one alone is no more doubtful than any account
WEAK = 0.1  # beyond what is enough to join two articles; of judged pairs that are joined wrongly, most have less

Near = Mapping[int, Collection[tuple[int, Evidence | None]]]


@dataclass(frozen=True, slots=True)
class Cut:
    """Articles that only ``evidence`` holds together with the rest of their story."""

    ids: tuple[int, ...]
    evidence: Evidence


def cuts(
    lead: int | None, found: Iterable[Evidence], sure: Iterable[tuple[int, int]], heads: Collection[int]
) -> list[Cut]:
    """Return the parts of a story that may be others, the most doubtful first; none of them has its ``lead``.

    ``found`` is the evidence that joins its members, and ``sure`` are pairs that belong together whatever they say.
    ``heads`` are members that may lead: files mean one for each event, so that a link alone joins two only by mistake.
    """
    near = _strongest(found, sure)
    weak = {each for ways in near.values() for _, each in ways if each and each.score < WEAK}
    chosen: list[Cut] = []
    for evidence in sorted(weak, key=lambda each: (each.score, each.one, each.other)):
        parts = [_part(end, evidence, near) for end in (evidence.one, evidence.other)]
        if _is_doubtful(evidence, parts, heads):
            ids = min(parts, key=lambda part: (lead in part, len(part), min(part)))
            if not any(ids & set(cut.ids) for cut in chosen):
                chosen.append(Cut(tuple(sorted(ids)), evidence))
    return chosen


def _is_doubtful(evidence: Evidence, parts: list[set[int]], heads: Collection[int]) -> bool:
    if min(map(len, parts)) >= MIN_PART:
        return True
    return evidence.is_only_link and all(not part.isdisjoint(heads) for part in parts)


def _strongest(found: Iterable[Evidence], sure: Iterable[tuple[int, int]]) -> Near:
    """Return what joins each article with which others: the strongest that there is, without detours."""
    parent: dict[int, int] = {}
    near: dict[int, list[tuple[int, Evidence | None]]] = defaultdict(list)

    def root(pk: int) -> int:
        while parent.setdefault(pk, pk) != pk:
            parent[pk] = pk = parent[parent[pk]]
        return pk

    def ties() -> Iterator[tuple[int, int, Evidence | None]]:
        yield from ((one, other, None) for one, other in sure)
        for each in sorted(found, key=lambda each: (-each.score, each.one, each.other)):
            yield each.one, each.other, each

    for one, other, evidence in ties():
        if root(one) != root(other):
            parent[root(one)] = root(other)
            near[one].append((other, evidence))
            near[other].append((one, evidence))
    return near


def _part(start: int, without: Evidence, near: Near) -> set[int]:
    """Return the articles on one side of a tie."""
    part, waiting = {start}, [start]
    while waiting:
        for other, evidence in near[waiting.pop()]:
            if evidence != without and other not in part:
                part.add(other)
                waiting.append(other)
    return part
