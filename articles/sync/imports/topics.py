"""Imports topics: from their own files, and from the articles that name them."""

from collections.abc import Iterable, Sequence
from typing import Any

from articles.content.files import SourceFile
from articles.content.identity import topic_key
from articles.content.parsing import Parsed, parse_topic
from articles.content.problems import Problem
from articles.content.schema import TopicRecord
from articles.content.values import as_json, extra_values
from articles.db.locks import writing
from articles.models import Topic, TopicAlias
from articles.models.topic import stands_below
from articles.sync.data_files import stored_files
from articles.sync.imports.assets import Assets
from articles.sync.imports.taxonomy import (
    DataFile,
    ProblemSink,
    changes_of_list,
    free_slug,
    is_anothers,
    merged_problem,
    name_conflicts,
    read_all,
    release_path,
    save_changes,
    taken_problem,
    with_before,
)
from articles.sync.names import DEFAULT_POSITION, number_in, topic_at, topic_named, topics_by_key
from articles.sync.old_names import remember, take_from_alias


def import_topics(files: Sequence[SourceFile], assets: Assets, add_problem: ProblemSink) -> int:
    """Import topic files; return how many could be read."""
    found = read_all(files, parse_topic, assets, add_problem)
    with writing():
        _apply_topics(found, add_problem)
    return len(found)


def _apply_topics(files: Sequence[DataFile[TopicRecord]], add_problem: ProblemSink) -> None:
    stored = stored_files([file.path for file, _, _ in files], files[0][0].root if files else None)
    parsed = list(with_before(files, parse_topic, stored))
    topics = list(Topic.objects.select_related("parent"))
    by_key = {topic.key: topic for topic in topics}
    by_path = {topic.source_path: topic for topic in topics}
    aliases = {alias.key: alias.topic for alias in TopicAlias.objects.select_related("topic") if alias.key}
    others = {
        topic_key(name): each.record.name for _, each, _ in parsed if each.record for name in each.record.other_names
    }
    named: list[tuple[Topic, Parsed[TopicRecord], Parsed[TopicRecord] | None]] = []
    old_names: list[tuple[Topic, str]] = []
    for file, found, before in parsed:
        if found.record is None:
            continue
        key = topic_key(found.record.name)
        if key not in by_key and topic_key(others.get(key, "")) not in ("", key):
            add_problem(merged_problem(found, ("name",), found.record.name, others[key]))
            continue
        if key not in by_key and is_anothers(by_path.get(file.path), aliases.get(key)):
            add_problem(merged_problem(found, ("name",), found.record.name, aliases[key].name))
            continue
        # A file with another name renames its topic, unless there is one of that name already.
        topic = by_key.get(key) or by_path.get(file.path) or Topic()
        release_path(by_path.get(file.path), topic)
        name_conflicts(topic, found, _topic_values(found), _topic_values(before) if before else None, add_problem)
        old_names.append((topic, topic.name))
        by_key.pop(topic.key, None)
        _fill_topic(topic, file, found)
        by_key[topic.key] = by_key[key] = topic
        named.append((topic, found, before))
    # After all topics exist, so that none gets the name of another.
    for topic, found, before in named:
        _take_topic_aliases(topic, found, before, found.path in stored, add_problem)
    _remember_names(old_names)
    aliases = {alias.key: alias.topic for alias in TopicAlias.objects.select_related("topic") if alias.key}
    known = aliases | by_key
    for _, found, _ in named:
        _set_parent(known, found, add_problem)


def _remember_names(old_names: Iterable[tuple[Topic, str]]) -> None:
    """Remember the old names of topics that files renamed, unless they are another topic's now."""
    for topic, name in old_names:
        if name and topic_key(name) != topic.key:
            is_free = topic_named(name) is None
            remember(topic, {"name": name if is_free else topic.name, "slug": topic.slug})


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


def _fill_topic(topic: Topic, file: SourceFile, found: Parsed[TopicRecord]) -> None:
    record = found.record
    if record is None:
        return
    described = _topic_values(found)
    values = {name: value for name, value in described.items() if name != "parent"} | {
        "slug": topic.slug or free_slug(record.id or record.name),
        "extra": extra_values(record, found.values),
        "source_path": file.path,
    }
    save_changes(topic, values, values | {"slug": record.id})


def _take_topic_aliases(
    topic: Topic,
    found: Parsed[TopicRecord],
    before: Parsed[TopicRecord] | None,
    is_known: bool,
    add_problem: ProblemSink,
) -> None:
    """Add the other names and old slugs that are new in a topic's file, unless another topic has them."""
    came, gone = changes_of_list("otherNames", found, before, is_known)
    for alias in topic.aliases.filter(key__among={topic_key(name) for name in gone}):
        take_from_alias(alias, name=True)
    for at, name in came:
        if topic_named(name) not in (None, topic):
            add_problem(taken_problem(found, ("otherNames", at), name, "topic"))
        elif topic_named(name) is None:
            TopicAlias.objects.create(topic=topic, name=name)
    came, gone = changes_of_list("oldSlugs", found, before, is_known)
    for alias in topic.aliases.filter(slug__among=gone):
        take_from_alias(alias, slug=True)
    for at, slug in came:
        if topic_at(slug) not in (None, topic):
            add_problem(taken_problem(found, ("oldSlugs", at), slug, "topic"))
        elif topic_at(slug) is None:
            TopicAlias.objects.create(topic=topic, slug=slug)


def _topic_values(found: Parsed[TopicRecord]) -> dict[str, Any]:
    """Return what a topic's file says of it, by field."""
    if (record := found.record) is None:
        return {}
    names = ("name", "shortname", "description", "keywords", "hashtags")
    return {name: getattr(record, name) for name in names} | {
        "slug": record.id,
        "parent": topic_key(record.parent) if record.parent else None,
        "images": as_json(found.values.get("images") or []),
        "position": number_in(found.path) if record.position is None else record.position,
    }


def _set_parent(by_key: dict[str, Topic], found: Parsed[TopicRecord], add_problem: ProblemSink) -> None:
    if (record := found.record) is None:
        return
    topic = by_key[topic_key(record.name)]
    parent = by_key.get(topic_key(record.parent)) if record.parent else None
    if record.parent and parent is None:
        parent = by_key[topic_key(record.parent)] = ensure_topics([record.parent])[0][record.parent]
        message = f"parent: the topic {record.parent} has no file; it is created"
        add_problem(Problem(found.path, found.line_of(("parent",)), "N501", message))
    # By rows, since objects may not know yet where those above them stand now.
    if parent is not None and parent.pk != topic.parent_id and stands_below(parent.pk, topic.pk):
        message = f"parent: {topic.name} would stand below itself; it gets no parent"
        add_problem(Problem(found.path, found.line_of(("parent",)), "W406", message))
        parent = None
    is_edited = "parent" in topic.edited
    if is_edited and topic.parent_id == (parent.pk if parent else None):
        topic.edited.remove("parent")
        topic.save()
    elif not is_edited and topic.parent_id != (parent.pk if parent else None):
        topic.parent = parent
        topic.save()
