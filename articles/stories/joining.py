"""Finds the sets that pairs join, and joins what editors decided."""

from collections import defaultdict
from collections.abc import Collection, Iterable


def components(nodes: Collection[int], links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the sets of nodes that links join in either direction; links to other nodes are ignored."""
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for one, other in links:
        # Most links of a story are between articles that are joined already.
        if one in parent and other in parent and parent[one] != parent[other]:
            parent[root(one)] = root(other)
    groups: dict[int, list[int]] = defaultdict(list)
    for node in parent:
        groups[root(node)].append(node)
    return list(groups.values())


def decided(groups: list[list[int]], joins: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the groups, those with articles that editors joined as one."""
    pairs = list(joins)
    if not pairs:
        return groups
    number = {pk: place for place, group in enumerate(groups) for pk in group}
    ties = ((number[one], number[other]) for one, other in pairs if one in number and other in number)
    return [[pk for place in places for pk in groups[place]] for places in components(range(len(groups)), ties)]
