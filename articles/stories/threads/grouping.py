"""Groups stories into threads: what links join, but for what editors cut, and what they joined. Pure: no database."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Mapping

from articles.stories.joining import components
from articles.stories.threads.links import Links

Place = tuple[dt.datetime, int]  # of a story among others: its time and number


def groups_of(
    nodes: Collection[int], links: Links, begins: Collection[int], places: Mapping[int, Place]
) -> tuple[list[list[int]], set[int]]:
    """Return the threads, also those of one story, and the stories of what was cut.

    A story of ``begins`` cuts all that links join with it: those before it, by ``places``, belong to one part, and those
    from it on to another. Within a part, links join again, so that it may fall into several threads. Editors' joins
    hold across parts.
    """
    found, cut = list[list[int]](), set[int]()
    for group in components(nodes, links):
        starts = sorted(places[pk] for pk in group if pk in begins) if len(group) > 1 else []
        if starts:
            cut.update(group)
            found += _parts(group, links, starts, places)
        else:
            found.append(group)
    return sorted(sorted(group) for group in found), cut


def _parts(group: Collection[int], links: Links, starts: list[Place], places: Mapping[int, Place]) -> list[list[int]]:
    part = {pk: bisect_right(starts, places[pk]) for pk in group}
    within = (
        pair for pair, is_join in links.items() if pair[0] in part and (is_join or part[pair[0]] == part.get(pair[1]))
    )
    return components(group, within)
