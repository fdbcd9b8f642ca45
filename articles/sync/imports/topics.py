"""Imports topics: from their own files, and from the articles that name them."""

from collections.abc import Iterable, Sequence
from typing import Any

from articles.content.files import SourceFile
from articles.content.identity import topic_key
from articles.content.naming import TOPICS
from articles.content.parsing import Parsed, parse_topic
from articles.content.schema import TopicRecord
from articles.content.site_rules import created_topic, topic_below_itself
from articles.content.values import as_json, extra_values
from articles.db.locks import writing
from articles.models import Topic, TopicAlias
from articles.models.topic import stands_below
from articles.sync.imports.assets import Assets
from articles.sync.imports.taxonomy import (
    Described,
    Descriptions,
    ProblemSink,
    changes_of_list,
    free_slug,
    read_all,
    save_changes,
)
from articles.sync.names import DEFAULT_POSITION, number_in, topic_at, topic_named, topics_by_key
from articles.sync.old_names import store_old_names, take_from_alias


def import_topics(files: Sequence[SourceFile], assets: Assets, add_problem: ProblemSink) -> int:
    """Import topic files; return how many could be read."""
    found = read_all(files, parse_topic, assets, add_problem)
    with writing():
        topics = Topics(add_problem)
        taken = topics.apply(found)
        topics.store_names()
        aliases = {alias.key: alias.topic for alias in TopicAlias.objects.select_related("topic") if alias.key}
        known = aliases | topics.by_key
        for each in taken:
            _set_parent(known, each.found, add_problem)
    return len(found)


class Topics(Descriptions[Topic, TopicRecord]):
    """Topic files; one that gives its topic another name renames it, unless there is one of that name already."""

    kind = TOPICS

    def __init__(self, add_problem: ProblemSink) -> None:
        super().__init__(add_problem)
        self.old_names: list[tuple[Topic, str]] = []

    def parse(self, path: str, data: bytes) -> Parsed[TopicRecord]:
        return parse_topic(path, data)

    def find_rows(self, every: Sequence[Parsed[TopicRecord]]) -> None:
        topics = list(Topic.objects.select_related("parent"))
        self.by_key = {topic.key: topic for topic in topics}
        self.by_path = {topic.source_path: topic for topic in topics}
        self.aliases = {alias.key: alias.topic for alias in TopicAlias.objects.select_related("topic") if alias.key}

    def new_row(self, path: str, record: TopicRecord) -> Topic:
        return self.by_path.get(path) or Topic()

    def values_in(self, found: Parsed[TopicRecord]) -> dict[str, Any]:
        if (record := found.record) is None:
            return {}
        names = ("name", "shortname", "description", "keywords", "hashtags")
        return {name: getattr(record, name) for name in names} | {
            "slug": record.id,
            "parent": topic_key(record.parent) if record.parent else None,
            "images": as_json(found.values.get("images") or []),
            "position": number_in(found.path) if record.position is None else record.position,
        }

    def stated_in(self, found: Parsed[TopicRecord]) -> dict[str, Any]:
        return {name: value for name, value in self.values_in(found).items() if name != "slug" or value is not None}

    def save(self, row: Topic, found: Parsed[TopicRecord], record: TopicRecord, conflicts: dict[str, Any]) -> None:
        values = {name: value for name, value in self.values_in(found).items() if name != "parent"} | {
            "slug": row.slug or free_slug(record.id or record.name),
            "extra": extra_values(record, found.values),
            "source_path": found.path,
            "conflicts": conflicts,
        }
        self.old_names.append((row, row.name))
        self.by_key.pop(row.key, None)
        save_changes(row, values, values | {"slug": record.id})
        # Its name is not the file's if an editor renamed it.
        self.by_key[row.key] = self.by_key[topic_key(record.name)] = row

    def apply_names(self, described: Described[Topic, TopicRecord]) -> None:
        topic, found = described.row, described.found
        came, gone = changes_of_list("otherNames", found, described.before, described.is_known)
        for alias in topic.aliases.filter(key__among={topic_key(name) for name in gone}) if gone else ():
            take_from_alias(alias, name=True)
        for at, name in came:
            if topic_named(name) not in (None, topic):
                self.add_problem(TOPICS.taken_problem(found, ("otherNames", at), name))
            elif topic_named(name) is None:
                TopicAlias.objects.create(topic=topic, name=name)
        came, gone = changes_of_list("oldSlugs", found, described.before, described.is_known)
        for alias in topic.aliases.filter(slug__among=gone) if gone else ():
            take_from_alias(alias, slug=True)
        for at, slug in came:
            if topic_at(slug) not in (None, topic):
                self.add_problem(TOPICS.taken_problem(found, ("oldSlugs", at), slug))
            elif topic_at(slug) is None:
                TopicAlias.objects.create(topic=topic, slug=slug)

    def store_names(self) -> None:
        """Store the old names of topics that files renamed, unless another topic has them now."""
        for topic, name in self.old_names:
            if name and topic_key(name) != topic.key:
                is_free = topic_named(name) is None
                store_old_names(topic, {"name": name if is_free else topic.name, "slug": topic.slug})


def _set_parent(by_key: dict[str, Topic], found: Parsed[TopicRecord], add_problem: ProblemSink) -> None:
    if (record := found.record) is None:
        return
    topic = by_key[topic_key(record.name)]
    parent = by_key.get(topic_key(record.parent)) if record.parent else None
    if record.parent and parent is None:
        parent = by_key[topic_key(record.parent)] = ensure_topics([record.parent])[0][record.parent]
        add_problem(found.problem(*created_topic(("parent",), record.parent)))
    # Query rows, since loaded objects may have outdated parents.
    if parent is not None and parent.pk != topic.parent_id and stands_below(parent.pk, topic.pk):
        add_problem(found.problem(*topic_below_itself(topic.name)))
        parent = None
    is_edited = "parent" in topic.edited
    if is_edited and topic.parent_id == (parent.pk if parent else None):
        topic.edited.remove("parent")
        topic.conflicts.pop("parent", None)
        topic.save()
    elif not is_edited and topic.parent_id != (parent.pk if parent else None):
        topic.parent = parent
        topic.save()


def ensure_topics(names: Iterable[str]) -> tuple[dict[str, Topic], set[str]]:
    """Return topics by the given names, and the names of those that were created."""
    names = list(dict.fromkeys(names))
    by_key = topics_by_key({topic_key(name) for name in names})
    created = set()
    for name in names:
        if topic_key(name) not in by_key:
            topic = Topic(name=name, slug=free_slug(name), position=DEFAULT_POSITION)
            topic.save()
            by_key[topic.key] = topic
            created.add(name)
    return {name: by_key[topic_key(name)] for name in names}, created
