"""Finds the sets of articles that links and decisions join."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from articles.stories.neighbourhood import Region


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


def joining(region: Region) -> Iterator[tuple[int, int]]:
    """Yield the pairs to join: links, except those of articles an editor decided about, and the editors' decisions."""
    apart = {article for article, decision in region.decisions.items() if not decision.keeps_links}
    if apart:
        yield from ((one, other) for one, other in region.links if one not in apart and other not in apart)
    else:
        yield from region.links
    yield from ((article, decision.joins) for article, decision in region.decisions.items() if decision.joins)
