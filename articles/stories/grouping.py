"""Groups the articles of a region into stories: events by what they say, and what editors decided."""

from collections.abc import Collection, Iterable

from articles.stories.events import Likenesses, events
from articles.stories.evidence import texts_of
from articles.stories.joining import decided
from articles.stories.likeness import Evidence
from articles.stories.neighbourhood import Region
from articles.stories.texts import hours_of


def groups_of(region: Region, alike: Likenesses | None = None) -> list[list[int]]:
    """Return the articles of each story; ``alike``, if any, are the ``likenesses`` of the region."""
    found, apart = counting(region), region.apart()
    copies = [pair for pair in region.copies if apart.isdisjoint(pair)]
    nodes = region.nodes
    hours = {pk: hours_of(node.published) for pk, node in nodes.items()}

    def lead(ids: Iterable[int]) -> int:
        """Return what leads an event whoever is listed and whatever an editor chose, so that it is stable."""
        return min(ids, key=lambda pk: (-nodes[pk].heat, -nodes[pk].quality, nodes[pk].published, nodes[pk].tie, pk))

    providers = {pk: node.provider_id for pk, node in nodes.items()}
    ties = {pk: node.tie for pk, node in nodes.items()}
    joined = events(hours, providers, copies, found, lead, alike or likenesses(region), ties)
    return sorted(sorted(group) for group in decided(joined, region.joins()))


def likenesses(region: Region) -> Likenesses:
    """Load what articles of a region say, to compare those that may lead its stories."""
    return Likenesses(texts_of(_of_several(region.found)), region.vocabulary)


def counting(region: Region) -> Collection[Evidence]:
    """Return the evidence but that about articles which only an editor's decision joins."""
    apart = region.apart()
    return [each for each in region.found if each.one not in apart and each.other not in apart]


def _of_several(found: Collection[Evidence]) -> list[Evidence]:
    """Return the evidence about articles with more of it: only then are others than the two compared."""
    times: dict[int, int] = {}
    for each in found:
        times[each.one] = times.get(each.one, 0) + 1
        times[each.other] = times.get(each.other, 0) + 1
    return [each for each in found if times[each.one] > 1 or times[each.other] > 1]
