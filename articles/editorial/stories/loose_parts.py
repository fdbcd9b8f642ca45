"""Finds parts of a story that only one article links with the rest. Pure: no database."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from articles.editorial.stories.similar_titles import telling_words
from articles.stories.joining import components

MIN_PART = 2  # articles
MAX_SHARED = 0.34  # share of a part's words that the others have, up to which it is about something else
FAR_APART = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Account:
    """A member of a story with its title and time."""

    id: int
    title: str
    time: dt.datetime


@dataclass(frozen=True, slots=True)
class Part:
    """Articles that may be another story: ``holder`` alone links them with the others, by ``links`` links.

    ``apart`` is the time between the part and the nearest of the others.
    """

    ids: tuple[int, ...]
    holder: int
    links: int
    apart: dt.timedelta


def loose_parts(accounts: Mapping[int, Account], links: Iterable[tuple[int, int]]) -> list[Part]:
    """Return the parts that only one article links with the rest, and whose titles are about something else.

    A part of one article must also be far from all others in time, as most members of a story are linked only with its
    lead.
    """
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in links:
        if one in accounts and other in accounts and one != other:
            near[one].add(other)
            near[other].add(one)
    parts: dict[tuple[int, ...], Part] = {}
    for holder in cut_points(near):
        for part in _parts_at(holder, near):
            if found := _loose_part(part, holder, near, accounts):
                parts.setdefault(found.ids, found)
    return _outermost(sorted(parts.values(), key=lambda part: (-len(part.ids), part.ids)))


def _outermost(parts: list[Part]) -> list[Part]:
    """Return the parts that are not within other parts."""
    outermost: list[Part] = []
    for part in parts:
        if not any(set(part.ids) & set(other.ids) for other in outermost):
            outermost.append(part)
    return outermost


def _parts_at(holder: int, near: Mapping[int, set[int]]) -> list[list[int]]:
    """Return the parts into which a story splits without one article, except for the largest one."""
    others = [pk for pk in near if pk != holder]
    links = ((one, other) for one in others for other in near[one] if one < other)
    return sorted(components(others, links), key=lambda part: (len(part), -min(part)))[:-1]


def _loose_part(
    ids: list[int], holder: int, near: Mapping[int, set[int]], accounts: Mapping[int, Account]
) -> Part | None:
    """Return the part if its titles, and for a single article its time, differ enough from the rest; else None."""
    inside = set(ids)
    rest = near.keys() - inside
    words = _words(accounts[pk] for pk in ids)
    shared = words & _words(accounts[pk] for pk in rest)
    if not words or len(shared) > MAX_SHARED * len(words):
        return None
    apart = _time_between([accounts[pk].time for pk in ids], [accounts[pk].time for pk in rest])
    if len(ids) < MIN_PART and (shared or apart < FAR_APART):
        return None
    return Part(tuple(sorted(ids)), holder, len(near[holder] & inside), apart)


def _words(accounts: Iterable[Account]) -> set[str]:
    return {word for account in accounts for word in telling_words(account.title)}


def _time_between(times: list[dt.datetime], others: list[dt.datetime]) -> dt.timedelta:
    return max(min(times) - max(others), min(others) - max(times), dt.timedelta(0))


def cut_points(near: Mapping[int, set[int]]) -> list[int]:
    """Return the articulation points of a connected graph (Tarjan's low links, without recursion)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    found: set[int] = set()
    for root in sorted(near):
        if root not in order:
            found.update(_cut_points_from(root, near, order, low))
    return sorted(found)


def _cut_points_from(
    root: int, near: Mapping[int, set[int]], order: dict[int, int], low: dict[int, int]
) -> Iterator[int]:
    order[root] = low[root] = len(order)
    path: list[tuple[int, Iterator[int]]] = [(root, iter(sorted(near[root])))]
    branches = 0
    while path:
        node, ways = path[-1]
        for other in ways:
            if other not in order:
                order[other] = low[other] = len(order)
                path.append((other, iter(sorted(near[other]))))
                break
            low[node] = min(low[node], order[other])
        else:
            path.pop()
            if path:
                above = path[-1][0]
                low[above] = min(low[above], low[node])
                branches += above == root
                if above != root and low[node] >= order[above]:
                    yield above
    if branches > 1:
        yield root
