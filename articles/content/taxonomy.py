"""Providers and topics: from their own files, and from the articles that name them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_camel

from articles.content.addresses import topic_key
from articles.content.assets import Assets
from articles.content.files import SourceFile, read, slug_from
from articles.content.parsing import Parsed, parse_organization, parse_topic
from articles.content.problems import Problem
from articles.content.schema import AnyRecord, TopicRecord
from articles.content.texts import keep_file, kept_texts
from articles.content.values import as_json, extra_values, own_images
from articles.models import Provider, Topic
from articles.wires import is_wire

DEFAULT_POSITION = 1000

ProblemSink = Callable[[Problem], None]


def import_topics(files: Sequence[SourceFile], assets: Assets, add_problem: ProblemSink) -> int:
    """Bring in topic files; return how many could be read."""
    parsed = list(_parsed(files, parse_topic, assets, add_problem))
    topics = list(Topic.objects.select_related("parent"))
    by_key = {topic.key: topic for topic in topics}
    by_path = {topic.source_path: topic for topic in topics}
    for file, found in parsed:
        if found.record:
            # A file that gives its topic another name renames it, unless there is one of that name already.
            topic = by_key.get(topic_key(found.record.name)) or by_path.get(file.path) or Topic()
            _release_path(by_path.get(file.path), topic)
            _fill_topic(topic, file, found)
            by_key[topic.key] = by_key[topic_key(found.record.name)] = topic
    for file, found in parsed:
        if found.record:
            _set_parent(by_key, file, found.record, add_problem)
    return len(parsed)


def import_organizations(files: Sequence[SourceFile], assets: Assets, add_problem: ProblemSink) -> int:
    """Bring in providers' own files; return how many could be read."""
    parsed = list(_parsed(files, parse_organization, assets, add_problem))
    domains = {each.record.domain for _, each in parsed if each.record}
    by_domain = {provider.domain: provider for provider in Provider.objects.filter(domain__among=domains)}
    described = Provider.objects.filter(source_path__among={file.path for file, _ in parsed})
    by_path = {provider.source_path: provider for provider in described}
    for file, found in parsed:
        record = found.record
        if record is None:
            continue
        kind = record.kind or kind_of(record.domain)
        provider = by_domain.setdefault(record.domain, Provider(domain=record.domain, kind=kind))
        _release_path(by_path.get(file.path), provider)
        values = {
            "name": record.name or record.domain,
            "kind": record.kind or provider.kind,
            "description": record.description,
            "images": as_json(found.values.get("images") or []),
            "extra": extra_values(record, found.values),
            "source_path": file.path,
        }
        _save_changes(provider, values, values | {"kind": kind})
    return len(parsed)


@dataclass(frozen=True, slots=True)
class Named:
    """A provider as an article or an entry names it."""

    domain: str
    name: str | None
    images: list[Any]


def ensure_providers(named: Iterable[Named]) -> dict[str, Provider]:
    """Return the providers that are named, by domain, creating those that are new."""
    by_domain: dict[str, list[Named]] = {}
    for each in named:
        by_domain.setdefault(each.domain, []).append(each)
    providers = {provider.domain: provider for provider in Provider.objects.filter(domain__among=set(by_domain))}
    for provider in providers.values():
        if _learn(provider, by_domain[provider.domain]):
            provider.save()
    new = [
        Provider(domain=domain, name=domain, kind=kind_of(domain)) for domain in by_domain if domain not in providers
    ]
    for provider in new:
        _learn(provider, by_domain[provider.domain])
    return providers | {provider.domain: provider for provider in Provider.objects.bulk_create(new)}


def ensure_topics(names: Iterable[str]) -> tuple[dict[str, Topic], set[str]]:
    """Return topics by the names given, creating those that are new, and which names those were."""
    names = list(dict.fromkeys(names))
    by_key = {topic.key: topic for topic in Topic.objects.filter(key__in={topic_key(name) for name in names})}
    created = set()
    for name in names:
        if topic_key(name) not in by_key:
            topic = Topic(name=name, slug=_free_slug(name), position=DEFAULT_POSITION)
            topic.save()
            by_key[topic.key] = topic
            created.add(name)
    return {name: by_key[topic_key(name)] for name in names}, created


def _parsed(
    files: Sequence[SourceFile],
    parse: Callable[[str, bytes], Parsed[AnyRecord]],
    assets: Assets,
    add_problem: ProblemSink,
) -> Iterable[tuple[SourceFile, Parsed[AnyRecord]]]:
    kept = kept_texts([file.path for file in files])
    for file in files:
        content = read(file)
        if isinstance(content, Problem):
            add_problem(content)
            continue
        parsed = parse(file.path, content.data)
        for problem in parsed.problems:
            add_problem(problem)
        copy_images(parsed, assets, add_problem)
        if parsed.record is not None:
            keep_file(file.path, content, kept.get(file.path))
        yield file, parsed


def copy_images(parsed: Parsed[Any], assets: Assets, add_problem: ProblemSink) -> None:
    """Copy the images that a file names and that stand in its site folder."""
    if parsed.record is None:
        return
    for where, url in own_images(parsed.values):
        if not assets.copy(url):
            message = f"there is no image {url[:200]} in the folder, in a format and size that can be served"
            add_problem(Problem(parsed.path, parsed.line_of(where), "W405", message))


def _release_path(described: Topic | Provider | None, describes: Topic | Provider) -> None:
    """Take a file from what it described before, if that was something else."""
    if described is not None and described.pk != describes.pk:
        type(described)._default_manager.filter(pk=described.pk).update(source_path=None)


def _fill_topic(topic: Topic, file: SourceFile, found: Parsed[TopicRecord]) -> None:
    record = found.record
    if record is None:
        return
    position = number_in(file.path) if record.position is None else record.position
    values = {
        "name": record.name,
        "slug": topic.slug or _free_slug(record.id or record.name),
        "shortname": record.shortname,
        "description": record.description,
        "keywords": record.keywords,
        "hashtags": record.hashtags,
        "images": as_json(found.values.get("images") or []),
        "position": position,
        "extra": extra_values(record, found.values),
        "source_path": file.path,
    }
    _save_changes(topic, values, values | {"slug": record.id})


def number_in(path: str) -> int:
    """Return the position that a topic file's name gives."""
    number = re.match(r"(\d{1,6})-", path.rpartition("/")[2])
    return int(number[1]) if number else DEFAULT_POSITION


def _save_changes(row: Topic | Provider, values: dict[str, Any], said: dict[str, Any]) -> None:
    """Save what a file says anew, but for fields that an editor changed to something else than what is ``said``."""
    edited = [name for name in row.edited if name not in said or getattr(row, name) != said[name]]
    changed = {name: value for name, value in values.items() if name not in edited and getattr(row, name) != value}
    if edited != row.edited:
        changed["edited"] = edited
    for name, value in changed.items():
        setattr(row, name, value)
    if changed or row.pk is None:
        row.save()


def _set_parent(by_key: Mapping[str, Topic], file: SourceFile, record: TopicRecord, add_problem: ProblemSink) -> None:
    topic = by_key[topic_key(record.name)]
    parent = by_key.get(topic_key(record.parent)) if record.parent else None
    if record.parent and parent is None:
        parent = ensure_topics([record.parent])[0][record.parent]
        add_problem(Problem(file.path, 1, "N501", f"parent: the topic {record.parent} has no file; it is created"))
    ancestor = parent
    while ancestor is not None:
        if ancestor == topic:
            add_problem(
                Problem(file.path, 1, "W406", f"parent: {topic.name} would stand below itself; it gets no parent")
            )
            parent = None
            break
        ancestor = ancestor.parent
    is_edited = "parent" in topic.edited
    if is_edited and topic.parent == parent:
        topic.edited.remove("parent")
        topic.save()
    elif not is_edited and topic.parent != parent:
        topic.parent = parent
        topic.save()


def slug_for(name: str) -> str:
    """Return the slug that a topic of this name gets, unless another one has it."""
    return (slug_from(name.replace("+", " plus ").replace("#", " sharp ")) or "topic")[:90]


def _free_slug(name: str) -> str:
    """Return a slug that no other topic has; C, C++ and C# get three."""
    wanted = slug_for(name)
    taken = set(Topic.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def kind_of(domain: str) -> Provider.Kind:
    """Return what a provider is taken for until an editor says otherwise."""
    return Provider.Kind.WIRE if is_wire(domain) else Provider.Kind.OUTLET


def _best_name(domain: str, names: Iterable[str | None]) -> str:
    """Return the name that is written best, whatever the order in which names are met.

    Crawlers leave names such as ``Morningstar%2c Inc.`` behind; an escape is never part of a name.
    """
    given = {name for name in names if name and name != domain}
    return min(given, key=lambda name: (bool(re.search("%[0-9A-Fa-f]{2}|&[#0-9a-z]+;", name)), name), default=domain)


def _learn(provider: Provider, named: list[Named]) -> bool:
    """Take a better name and logo from articles, unless a file or an editor gave them; return whether any was better."""
    if provider.source_path:
        return False
    logos = [each.images for each in named if each.images]
    name, images = provider.name, provider.images
    if "name" not in provider.edited:
        name = _best_name(provider.domain, [provider.name, *(each.name for each in named)])
    if "images" not in provider.edited:
        images = min([*logos, *([images] if images else [])], key=str, default=images)
    is_better = (name, images) != (provider.name, provider.images)
    provider.name, provider.images = name, images
    return is_better


def file_key(name: str) -> str:
    """Return the key that a field has in files."""
    return str(to_camel(name))
