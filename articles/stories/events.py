"""Joins articles that tell of the same event, by the evidence about pairs of them. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from articles.stories.joining import components
from articles.stories.likeness import COPY_WINDOW, WINDOW, Evidence, Sketch, cosine
from articles.stories.weights import Text, Vocabulary

CACHED_SKETCHES = 5000
LEADS_ALIKE = 0.18  # cosine that the leads of two stories need, so that stories do not creep from one event to the next

LEADS_ALIKE_AGAIN = 0.6  # if a provider has articles in both
Alike = Callable[[int, int, float], bool]  # whether two articles are at least so alike
Lead = Callable[[Iterable[int]], int]


def events(
    hours: Mapping[int, float],
    providers: Mapping[int, int],
    copies: Iterable[tuple[int, int]],
    found: Iterable[Evidence],
    lead: Lead,
    alike: Alike,
    ties: Mapping[int, int] | None = None,
) -> list[list[int]]:
    """Return the articles of each event: those of the best evidence come together first.

    ``hours`` are the times of all articles, and ``copies`` have the same address. ``ties`` decide between evidence that is
    equally good, so that it does not matter in which order articles came; without, ids do. Two events become one only if their
    leads are ``alike`` and all of it is within COPY_WINDOW.
    """
    joined = _Events(hours, providers, components(hours, copies), lead, alike)

    def order(each: Evidence) -> tuple[float, list[int], int, int]:
        return -each.score, sorted((ties[each.one], ties[each.other])) if ties else [], each.one, each.other

    there = (each for each in found if each.one in hours and each.other in hours)
    for each in sorted(there, key=order):
        joined.join(each)
    return joined.groups()


class _Events:
    def __init__(
        self,
        hours: Mapping[int, float],
        providers: Mapping[int, int],
        groups: Iterable[Sequence[int]],
        lead: Lead,
        alike: Alike,
    ) -> None:
        self._hours, self._providers, self._lead, self._alike = hours, providers, lead, alike
        self._number: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self._leads: dict[int, int] = {}
        for number, group in enumerate(groups):
            self._members[number] = list(group)
            self._number.update(dict.fromkeys(group, number))

    def groups(self) -> list[list[int]]:
        return list(self._members.values())

    def join(self, evidence: Evidence) -> None:
        """Make the events of two articles one, unless they are too far apart in time or in what they say."""
        one, other = self._number[evidence.one], self._number[evidence.other]
        if one != other and self._is_near(one, other, evidence) and self._are_alike(one, other, evidence):
            lead = self._lead([self._lead_of(one), self._lead_of(other)])
            if len(self._members[one]) < len(self._members[other]):
                one, other = other, one
            moved = self._members.pop(other)
            self._number.update(dict.fromkeys(moved, one))
            self._members[one] += moved
            self._leads[one] = lead

    def _is_near(self, one: int, other: int, evidence: Evidence) -> bool:
        times, others = ([self._hours[pk] for pk in self._members[number]] for number in (one, other))
        if max(*times, *others) - min(*times, *others) > COPY_WINDOW:
            return False
        if evidence.is_copy or abs(self._hours[evidence.one] - self._hours[evidence.other]) <= WINDOW:
            return True
        return min(abs(time - later) for time in times for later in others) <= WINDOW

    def _are_alike(self, one: int, other: int, evidence: Evidence) -> bool:
        lead, other_lead = self._lead_of(one), self._lead_of(other)
        if evidence.is_copy or evidence.is_only_link or {lead, other_lead} == {evidence.one, evidence.other}:
            return True
        least = LEADS_ALIKE_AGAIN if self._is_told_twice(one, other, evidence) else LEADS_ALIKE
        return self._alike(lead, other_lead, least)

    def _is_told_twice(self, one: int, other: int, evidence: Evidence) -> bool:
        """Return whether a provider would have articles of its own in both, which seldom are about one event."""
        if self._providers[evidence.one] == self._providers[evidence.other]:
            return False
        its = {self._providers[pk] for pk in self._members[one]}
        return any(self._providers[pk] in its for pk in self._members[other])

    def _lead_of(self, number: int) -> int:
        if number not in self._leads:
            self._leads[number] = self._lead(self._members[number])
        return self._leads[number]


class Likenesses:
    """Whether two of some articles are alike; those that say too little, or that are not among them, are."""

    def __init__(self, texts: Mapping[int, Text], vocabulary: Vocabulary) -> None:
        self._texts = texts
        self._sketch = lru_cache(maxsize=CACHED_SKETCHES)(lambda pk: Sketch(texts[pk], vocabulary))

    def __call__(self, one: int, other: int, least: float) -> bool:
        if one not in self._texts or other not in self._texts:
            return True
        a, b = self._sketch(one), self._sketch(other)
        return not (a.says_enough and b.says_enough) or cosine(a, b) >= least
