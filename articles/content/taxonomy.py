"""Providers and topics: from their own files, and from the articles that name them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_camel

from articles.content.addresses import topic_key
from articles.content.aliases import providers_by_domain, topics_by_key
from articles.content.assets import Assets
from articles.content.files import SourceFile, read, slug_from
from articles.content.frontmatter import Where
from articles.content.parsing import Parsed, parse_organization, parse_topic
from articles.content.problems import Problem
from articles.content.schema import AnyRecord, TopicRecord
from articles.content.values import as_json, extra_values, own_images
from articles.models import Provider, ProviderAlias, Topic, TopicAlias
from articles.wires import is_wire

DEFAULT_POSITION = 1000

ProblemSink = Callable[[Problem], None]


def import_topics(files: Sequence[SourceFile], assets: Assets, add_problem: ProblemSink) -> int:
    """Bring in topic files; return how many could be read."""
    parsed = list(_parsed(files, parse_topic, assets, add_problem))
    topics = list(Topic.objects.select_related("parent"))
    by_key = {topic.key: topic for topic in topics}
    by_path = {topic.source_path: topic for topic in topics}
    aliases = {alias.key: alias.topic for alias in TopicAlias.objects.select_related("topic") if alias.key}
    used: list[tuple[SourceFile, TopicRecord]] = []
    for file, found in parsed:
        if found.record is None:
            continue
        key = topic_key(found.record.name)
        if key not in by_key and _is_anothers(by_path.get(file.path), aliases.get(key)):
            add_problem(_merged(found, ("name",), found.record.name, aliases[key].name))
            continue
        # A file that gives its topic another name renames it, unless there is one of that name already.
        topic = by_key.get(key) or by_path.get(file.path) or Topic()
        _release_path(by_path.get(file.path), topic)
        _fill_topic(topic, file, found)
        by_key[topic.key] = by_key[key] = topic
        used.append((file, found.record))
    for file, record in used:
        _set_parent(aliases | by_key, file, record, add_problem)
    return len(parsed)


def import_organizations(files: Sequence[SourceFile], assets: Assets, add_problem: ProblemSink) -> int:
    """Bring in providers' own files; return how many could be read."""
    parsed = list(_parsed(files, parse_organization, assets, add_problem))
    domains = {each.record.domain for _, each in parsed if each.record}
    by_domain = {provider.domain: provider for provider in Provider.objects.filter(domain__among=domains)}
    described = Provider.objects.filter(source_path__among={file.path for file, _ in parsed})
    by_path = {provider.source_path: provider for provider in described}
    aliased = ProviderAlias.objects.filter(domain__among=domains).select_related("provider")
    aliases = {alias.domain: alias.provider for alias in aliased}
    for file, found in parsed:
        record = found.record
        if record is None:
            continue
        if record.domain not in by_domain and (heir := aliases.get(record.domain)):
            if _is_anothers(by_path.get(file.path), heir):
                add_problem(_merged(found, ("domain",), record.domain, heir.domain))
                continue
            by_domain[record.domain] = heir
        provider = by_domain.setdefault(record.domain, Provider(domain=record.domain, kind=kind_of(record.domain)))
        _release_path(by_path.get(file.path), provider)
        values = {
            "name": record.name or record.domain,
            "description": record.description,
            "images": as_json(found.values.get("images") or []),
            "extra": extra_values(record, found.values),
            "source_path": file.path,
        }
        _save_changes(provider, values)
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
    providers = providers_by_domain(by_domain.keys())
    for domain, provider in providers.items():
        # Of another domain's name and logo, the provider that it was merged into learns nothing.
        if domain == provider.domain and _learn(provider, by_domain[domain]):
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
    by_key = topics_by_key({topic_key(name) for name in names})
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
    for file in files:
        content = read(file)
        if isinstance(content, Problem):
            add_problem(content)
            continue
        parsed = parse(file.path, content.data)
        for problem in parsed.problems:
            add_problem(problem)
        copy_images(parsed, assets, add_problem)
        yield file, parsed


def copy_images(parsed: Parsed[Any], assets: Assets, add_problem: ProblemSink) -> None:
    """Copy the images that a file names and that stand in its site folder."""
    if parsed.record is None:
        return
    for where, url in own_images(parsed.values):
        if not assets.copy(url):
            message = f"there is no image {url[:200]} in the folder, in a format and size that can be served"
            add_problem(Problem(parsed.path, parsed.line_of(where), "W405", message))


def _is_anothers(described: Topic | Provider | None, heir: Topic | Provider | None) -> bool:
    """Return whether a file's name or domain has become part of ``heir``, which another file, or none, describes."""
    return heir is not None and (described is None or described.pk != heir.pk)


def _merged(found: Parsed[Any], where: Where, name: str, heir: str) -> Problem:
    message = f"{name} is merged into {heir}, which other words describe; this file is not used"
    return Problem(found.path, found.line_of(where), "N503", message)


def _release_path(described: Topic | Provider | None, describes: Topic | Provider) -> None:
    """Take a file from what it described before, if that was something else."""
    if described is not None and described.pk != describes.pk:
        type(described)._default_manager.filter(pk=described.pk).update(source_path=None)


def _fill_topic(topic: Topic, file: SourceFile, found: Parsed[TopicRecord]) -> None:
    record = found.record
    if record is None:
        return
    number = re.match(r"(\d{1,6})-", file.path.rpartition("/")[2])
    values = {
        "name": record.name,
        "slug": topic.slug or _free_slug(record.id or record.name),
        "shortname": record.shortname,
        "description": record.description,
        "keywords": record.keywords,
        "hashtags": record.hashtags,
        "images": as_json(found.values.get("images") or []),
        "position": int(number[1]) if number else DEFAULT_POSITION,
        "extra": extra_values(record, found.values),
        "source_path": file.path,
    }
    _save_changes(topic, values)


def _save_changes(row: Topic | Provider, values: dict[str, Any]) -> None:
    """Save what a file says anew, but for fields that an editor changed."""
    changed = {name: value for name, value in values.items() if name not in row.edited and getattr(row, name) != value}
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
    if "parent" not in topic.edited and topic.parent_id != (parent.pk if parent else None):
        topic.parent = parent
        topic.save()


def _free_slug(name: str) -> str:
    """Return a slug that no other topic has; C, C++ and C# get three."""
    wanted = (slug_from(name.replace("+", " plus ").replace("#", " sharp ")) or "topic")[:90]
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
