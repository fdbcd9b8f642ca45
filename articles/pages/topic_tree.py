"""The tree of topics, and the neighbours of a topic in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from articles.listings import listed_counts
from articles.models import Topic
from articles.pages.cards import TopicLink, TopicNode, topic_link
from articles.text.rendering import plain_text


def topic_tree() -> list[TopicNode]:
    """Return all topics with the counts of their listed articles, roots first, in three queries."""
    return _nodes(_by_parent(Topic.objects.all()), None, listed_counts("topic"))


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


def topics_near(topic: Topic) -> tuple[list[TopicLink], list[TopicLink]]:
    """Return the topics below ``topic``, and the others with its parent, in one query."""
    parents = [topic.pk, *([topic.parent_id] if topic.parent_id else [])]
    near = list(Topic.objects.filter(parent__among=parents).exclude(pk=topic.pk))
    below = [topic_link(each.name, each.slug) for each in near if each.parent_id == topic.pk]
    beside = [topic_link(each.name, each.slug) for each in near if each.parent_id != topic.pk]
    return below, beside
