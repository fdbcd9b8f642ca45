"""Which group keeps which number and address, when what belongs together has changed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

Groups = list[list[int]]


@dataclass(slots=True)
class Identities:
    """The owners (stories or threads) of groups: ``ids`` by group, those merged into others, and those left empty."""

    ids: list[int] = field(default_factory=list)
    new: set[int] = field(default_factory=set)
    merged: dict[int, int] = field(default_factory=dict)
    emptied: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Owners:
    """What owned members before: the owner of each, all owners, and the member that leads each of them, if any.

    ``returning`` finds empty owners of groups that nobody claims, by the member that led them.
    """

    members: Mapping[int, int]
    all: Collection[int]
    leads: Mapping[int, int]
    returning: Callable[[Groups], dict[int, int]]


def assign(groups: Groups, before: Owners, take: Callable[[int], Iterable[int]]) -> Identities:
    """Assign each group the oldest of the owners whose leads went there, or a new one.

    An owner without a lead, or whose lead is in no group, goes where most of its members went. ``take`` returns ids
    for a number of new owners.
    """
    won = _won(groups, before)
    returning = before.returning([group for index, group in enumerate(groups) if index not in won])
    free = iter(take(sum(index not in won for index in range(len(groups)))))
    found = Identities(emptied=set(before.all) - {owner for owners in won.values() for owner in owners})
    for index, group in enumerate(groups):
        if index in won:
            oldest, *younger = sorted(won[index])
            found.merged |= dict.fromkeys(younger, oldest)
        elif (back := next((returning.pop(pk) for pk in group if pk in returning), None)) is not None:
            oldest = back
        else:
            oldest = next(free)
            found.new.add(oldest)
        found.ids.append(oldest)
    return found


def _won(groups: Groups, before: Owners) -> dict[int, list[int]]:
    """Return the owners that go to each group, by its place."""
    claims: dict[int, list[tuple[bool, int, int, int]]] = defaultdict(list)
    for index, group in enumerate(groups):
        for owner, count in Counter(before.members[pk] for pk in group if pk in before.members).items():
            claims[owner].append((before.leads.get(owner) not in group, -count, min(group), index))
    won: dict[int, list[int]] = defaultdict(list)
    for owner, bids in claims.items():
        won[min(bids)[3]].append(owner)
    return won
