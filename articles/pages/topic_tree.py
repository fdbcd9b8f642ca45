"""The tree of topics, and the neighbours of a topic in it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from articles.listings import listed_counts
from articles.models import Topic
from articles.pages.cards import TopicLink, TopicNode, topic_link
from articles.pages.reuse import reused
from articles.pages.shown import CATALOGUE, LISTINGS, shows
from articles.text.rendering import plain_text

FIRST = 8  # topics in the masthead


def all_topics() -> list[Topic]:
    """Return all topics in their order, in one query unless they are kept."""
    return reused(("topics",), _all_topics)


def _all_topics() -> list[Topic]:
    shows(CATALOGUE)
    return list(Topic.objects.all())


def topic_tree() -> list[TopicNode]:
    """Return all topics with the counts of their listed articles, roots first, in two queries unless they are kept."""
    return topic_tree_of(all_topics())


def topic_tree_of(topics: list[Topic]) -> list[TopicNode]:
    """Return the tree of ``all_topics``, in one query unless it is kept."""
    return reused(("tree",), lambda: _tree(topics))


def _tree(topics: list[Topic]) -> list[TopicNode]:
    shows(LISTINGS, CATALOGUE)
    return _nodes(_by_parent(topics), None, listed_counts("topic"))


def in_tree_order(topics: Iterable[Topic]) -> list[tuple[Topic, int]]:
    """Return topics with their depth, each after its parent; those whose parent is not among them are roots."""
    children = _by_parent(topics)
    ordered: list[tuple[Topic, int]] = []
    waiting = [(topic, 0) for topic in reversed(children[None])]
    while waiting:
        topic, depth = waiting.pop()
        ordered.append((topic, depth))
        waiting += [(child, depth + 1) for child in reversed(children[topic.pk])]
    return ordered


def _by_parent(topics: Iterable[Topic]) -> dict[int | None, list[Topic]]:
    """Return topics by their parent, under None if that is not among them.

    If parents form a circle, its first topic is shown as a root, so that none is lost.
    """
    topics = list(topics)
    known = {topic.pk for topic in topics}
    parents = {topic.pk: topic.parent_id if topic.parent_id in known else None for topic in topics}
    children: dict[int | None, list[Topic]] = defaultdict(list)
    for topic in topics:
        seen: set[int | None] = {None}
        above = parents[topic.pk]
        while above not in seen and above != topic.pk:
            seen.add(above)
            above = parents[above] if above else None
        if above == topic.pk:
            parents[topic.pk] = None
        children[parents[topic.pk]].append(topic)
    return children


def _nodes(children: dict[int | None, list[Topic]], parent: int | None, counts: dict[int, int]) -> list[TopicNode]:
    return [
        TopicNode(
            id=topic.pk,
            slug=topic.slug,
            name=plain_text(topic.name),
            url=topic.get_absolute_url(),
            count=counts.get(topic.pk, 0),
            description=plain_text(topic.description),
            children=_nodes(children, topic.pk, counts),
        )
        for topic in children[parent]
    ]


def main_topics(nodes: list[TopicNode]) -> list[TopicNode]:
    """Return the main topics of a site: those at the top of the tree, then those right below them.

    If there is only one at the top, it is the subject of the whole site and left out.
    """
    below = [child for node in nodes for child in node.children]
    return below if len(nodes) == 1 and below else nodes + below


def all_nodes(nodes: Iterable[TopicNode]) -> Iterator[TopicNode]:
    """Yield the nodes and all below them, a parent before its children."""
    for node in nodes:
        yield node
        yield from all_nodes(node.children)


def flat(nodes: Iterable[TopicNode]) -> list[TopicLink]:
    """Return the nodes that have listed articles, a parent before its children."""
    return [TopicLink(node.name, node.url, node.count, node.slug) for node in all_nodes(nodes) if node.count]


@dataclass(frozen=True, slots=True)
class Place:
    """A topic with its parent, the topics below it, and the others with its parent."""

    topic: Topic
    parent: TopicLink | None
    below: list[TopicLink]
    beside: list[TopicLink]


def place_of(slug: str, topics: list[Topic] | None = None) -> Place | None:
    """Return a topic and those around it; None without such a topic. ``topics`` are all, if the page has fetched them."""
    return reused(("topic", slug), lambda: _place_of(slug, all_topics() if topics is None else topics))


def _place_of(slug: str, topics: list[Topic]) -> Place | None:
    shows(CATALOGUE)
    topic = next((each for each in topics if each.slug == slug), None)
    if topic is None:
        return None
    above = topic.parent_id
    return Place(
        topic,
        parent=next((_link(each) for each in topics if each.pk == above), None),
        below=[_link(each) for each in topics if each.parent_id == topic.pk],
        beside=[_link(each) for each in topics if above and each.parent_id == above and each != topic],
    )


def _link(topic: Topic) -> TopicLink:
    return topic_link(topic.name, topic.slug)


def first_topics(muted: Collection[str], topics: Iterable[Topic] | None = None) -> list[TopicLink]:
    """Return the topics of the masthead: the first ones by position, top-level ones first, without muted ones.

    ``topics`` has all topics in their order, if the page has fetched them.
    """
    if topics is None:
        return reused(("masthead", tuple(muted)), lambda: _first_topics(muted))
    left = sorted((each for each in topics if each.slug not in muted), key=lambda each: each.parent_id is not None)
    return [_short_link(each) for each in left[:FIRST]]


def _first_topics(muted: Collection[str]) -> list[TopicLink]:
    shows(CATALOGUE)
    topics = Topic.objects.exclude(slug__among=muted).alias(below=Q(parent__isnull=False))
    return [_short_link(each) for each in topics.order_by("below", "position", "name")[:FIRST]]


def _short_link(topic: Topic) -> TopicLink:
    return topic_link(topic.shortname or topic.name, topic.slug)
