"""Providers and topics: from their own files, and from the articles that name them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic.alias_generators import to_camel

from articles.content.domains import normal_domain
from articles.content.files import Content, SourceFile, read, slug_from
from articles.content.frontmatter import Where
from articles.content.identity import topic_key
from articles.content.image_files import missing_image
from articles.content.parsing import Parsed, parse_organization, parse_topic
from articles.content.problems import Problem
from articles.content.schema import AnyRecord, OrganizationRecord, TopicRecord
from articles.content.values import as_json, extra_values, own_images
from articles.db.locks import writing
from articles.models import Provider, ProviderAlias, Topic, TopicAlias
from articles.models.topic import stands_below
from articles.sync.data_files import Kept, keep_file, kept_texts
from articles.sync.imports.assets import Assets
from articles.sync.known_wires import is_wire
from articles.sync.names import providers_by_domain, topics_by_key

DEFAULT_POSITION = 1000

ProblemSink = Callable[[Problem], None]
# A file as it was read, and what it says.
DataFile: TypeAlias = tuple[SourceFile, Content, Parsed[AnyRecord]]


def import_topics(files: Sequence[SourceFile], assets: Assets, add_problem: ProblemSink) -> int:
    """Bring in topic files; return how many could be read."""
    found = _read_all(files, parse_topic, assets, add_problem)
    with writing():
        _take_topics(found, add_problem)
    return len(found)


def _take_topics(files: Sequence[DataFile[TopicRecord]], add_problem: ProblemSink) -> None:
    kept = kept_texts([file.path for file, _, _ in files], files[0][0].root if files else None)
    parsed = list(_with_before(files, parse_topic, kept))
    topics = list(Topic.objects.select_related("parent"))
    by_key = {topic.key: topic for topic in topics}
    by_path = {topic.source_path: topic for topic in topics}
    aliases = {alias.key: alias.topic for alias in TopicAlias.objects.select_related("topic") if alias.key}
    others = {
        topic_key(name): each.record.name for _, each, _ in parsed if each.record for name in each.record.other_names
    }
    named: list[tuple[Topic, Parsed[TopicRecord], Parsed[TopicRecord] | None]] = []
    for file, found, before in parsed:
        if found.record is None:
            continue
        key = topic_key(found.record.name)
        if key not in by_key and topic_key(others.get(key, "")) not in ("", key):
            add_problem(_merged(found, ("name",), found.record.name, others[key]))
            continue
        if key not in by_key and _is_anothers(by_path.get(file.path), aliases.get(key)):
            add_problem(_merged(found, ("name",), found.record.name, aliases[key].name))
            continue
        # A file that gives its topic another name renames it, unless there is one of that name already.
        topic = by_key.get(key) or by_path.get(file.path) or Topic()
        _release_path(by_path.get(file.path), topic)
        _name_conflicts(topic, found, _topic_values(found), _topic_values(before) if before else None, add_problem)
        _fill_topic(topic, file, found)
        by_key[topic.key] = by_key[key] = topic
        named.append((topic, found, before))
    # When all topics are there: none is to get the name of another.
    for topic, found, before in named:
        _take_topic_aliases(topic, found, before, found.path in kept, add_problem)
    aliases = {alias.key: alias.topic for alias in TopicAlias.objects.select_related("topic") if alias.key}
    known = aliases | by_key
    for _, found, _ in named:
        _set_parent(known, found, add_problem)


def import_organizations(files: Sequence[SourceFile], assets: Assets, add_problem: ProblemSink) -> int:
    """Bring in providers' own files; return how many could be read."""
    found = _read_all(files, parse_organization, assets, add_problem)
    with writing():
        _take_organizations(found, add_problem)
    return len(found)


def _take_organizations(files: Sequence[DataFile[OrganizationRecord]], add_problem: ProblemSink) -> None:
    kept = kept_texts([file.path for file, _, _ in files], files[0][0].root if files else None)
    parsed = list(_with_before(files, parse_organization, kept))
    domains = {each.record.domain for _, each, _ in parsed if each.record}
    by_domain = {provider.domain: provider for provider in Provider.objects.filter(domain__among=domains)}
    described = Provider.objects.filter(source_path__among={file.path for file, _, _ in parsed})
    by_path = {provider.source_path: provider for provider in described}
    aliased = ProviderAlias.objects.filter(domain__among=domains).select_related("provider")
    aliases = {alias.domain: alias.provider for alias in aliased}
    others = {
        domain: each.record.domain for _, each, _ in parsed if each.record for domain in each.record.other_domains
    }
    named: list[tuple[Provider, Parsed[OrganizationRecord], Parsed[OrganizationRecord] | None]] = []
    for file, found, before in parsed:
        record = found.record
        if record is None:
            continue
        if record.domain not in by_domain and others.get(record.domain, record.domain) != record.domain:
            add_problem(_merged(found, ("domain",), record.domain, others[record.domain]))
            continue
        if record.domain not in by_domain and (heir := aliases.get(record.domain)):
            if _is_anothers(by_path.get(file.path), heir):
                add_problem(_merged(found, ("domain",), record.domain, heir.domain))
                continue
            by_domain[record.domain] = heir
        said = _provider_values(found)
        provider = by_domain.setdefault(record.domain, Provider(domain=record.domain, kind=said["kind"]))
        _release_path(by_path.get(file.path), provider)
        _name_conflicts(provider, found, said, _provider_values(before) if before else None, add_problem)
        values = said | {
            # Where the file says none, what an editor chose when there was no file stays.
            "kind": record.kind or provider.kind,
            "extra": extra_values(record, found.values),
            "source_path": file.path,
        }
        _save_changes(provider, values, said)
        named.append((provider, found, before))
    for provider, found, before in named:
        _take_domains(provider, found, before, found.path in kept, add_problem)


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
            topic = Topic(name=name, slug=free_slug(name), position=DEFAULT_POSITION)
            topic.save()
            by_key[topic.key] = topic
            created.add(name)
    return {name: by_key[topic_key(name)] for name in names}, created


def _read_all(
    files: Sequence[SourceFile],
    parse: Callable[[str, bytes], Parsed[AnyRecord]],
    assets: Assets,
    add_problem: ProblemSink,
) -> list[DataFile[AnyRecord]]:
    """Return the files that can be read, with what they say; nobody has to wait for that."""
    found = []
    for file in files:
        content = read(file)
        if isinstance(content, Problem):
            add_problem(content)
            continue
        parsed = parse(file.path, content.data)
        for problem in parsed.problems:
            add_problem(problem)
        copy_images(parsed, assets, add_problem)
        found.append((file, content, parsed))
    return found


def _with_before(
    files: Sequence[DataFile[AnyRecord]],
    parse: Callable[[str, bytes], Parsed[AnyRecord]],
    kept: Mapping[str, Kept],
) -> Iterable[tuple[SourceFile, Parsed[AnyRecord], Parsed[AnyRecord] | None]]:
    """Yield files with what they say, and what they said when they were imported last if they have changed since."""
    for file, content, parsed in files:
        before = kept.get(file.path)
        if parsed.record is not None:
            keep_file(file, content, before)
        # What an export wrote is no news.
        is_news = before is not None and not before.knows(content.digest)
        yield file, parsed, parse(file.path, before.data) if before and is_news else None


def copy_images(parsed: Parsed[Any], assets: Assets, add_problem: ProblemSink) -> None:
    """Copy the images that a file names and that stand in its site folder."""
    if parsed.record is None:
        return
    for image in own_images(parsed.values):
        if not assets.copy(image.url):
            add_problem(Problem(parsed.path, parsed.line_of(image.where), "W405", missing_image(image.url)))


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
    said = _topic_values(found)
    values = {name: value for name, value in said.items() if name != "parent"} | {
        "slug": topic.slug or free_slug(record.id or record.name),
        "extra": extra_values(record, found.values),
        "source_path": file.path,
    }
    _save_changes(topic, values, values | {"slug": record.id})


def _news_of(
    key: str, found: Parsed[Any], before: Parsed[Any] | None, is_known: bool
) -> tuple[list[tuple[int, str]], list[str]]:
    """Return what has come to a list in a file, with its numbers, and what has gone from it, since the last import."""
    now = list(enumerate(map(str, found.values.get(key) or [])))
    if before is None:
        # A file that has not changed has no news; one that is new has nothing else.
        return ([], []) if is_known else (now, [])
    old = [str(each) for each in before.values.get(key) or []]
    texts = [text for _, text in now]
    return [(at, text) for at, text in now if text not in old], [text for text in old if text not in texts]


def _take_topic_aliases(
    topic: Topic,
    found: Parsed[TopicRecord],
    before: Parsed[TopicRecord] | None,
    is_known: bool,
    add_problem: ProblemSink,
) -> None:
    """Give a topic the other names and old slugs that have come to its file, where they are nobody's."""
    came, gone = _news_of("otherNames", found, before, is_known)
    _leave(topic.aliases.filter(key__in=[topic_key(name) for name in gone]), name="")
    for at, name in came:
        if topic_named(name) not in (None, topic):
            add_problem(_taken(found, ("otherNames", at), name, "topic"))
        elif topic_named(name) is None:
            TopicAlias.objects.create(topic=topic, name=name)
    came, gone = _news_of("oldSlugs", found, before, is_known)
    _leave(topic.aliases.filter(slug__in=gone), slug=None)
    for at, slug in came:
        if topic_at(slug) not in (None, topic):
            add_problem(_taken(found, ("oldSlugs", at), slug, "topic"))
        elif topic_at(slug) is None:
            TopicAlias.objects.create(topic=topic, slug=slug)


def _leave(aliases: Iterable[TopicAlias], **values: Any) -> None:
    """Take a name or a slug from aliases, and delete those that nothing is left of."""
    for alias in aliases:
        for name, value in values.items():
            setattr(alias, name, value)
        alias.save() if alias.name or alias.slug else alias.delete()


def topic_named(name: str) -> Topic | None:
    """Return the topic that files mean by a name today."""
    key = topic_key(name)
    alias = TopicAlias.objects.filter(key=key).select_related("topic").first()
    return Topic.objects.filter(key=key).first() or (alias.topic if alias else None)


def topic_at(slug: str) -> Topic | None:
    """Return the topic whose address has, or had, this slug."""
    alias = TopicAlias.objects.filter(slug=slug).select_related("topic").first()
    return Topic.objects.filter(slug=slug).first() or (alias.topic if alias else None)


def provider_at(domain: str) -> Provider | None:
    """Return the provider that files mean by a domain today."""
    alias = ProviderAlias.objects.filter(domain=domain).select_related("provider").first()
    return Provider.objects.filter(domain=domain).first() or (alias.provider if alias else None)


def _take_domains(
    provider: Provider,
    found: Parsed[OrganizationRecord],
    before: Parsed[OrganizationRecord] | None,
    is_known: bool,
    add_problem: ProblemSink,
) -> None:
    """Give a provider the other domains that have come to its file, where they are nobody's."""
    came, gone = _news_of("otherDomains", found, before, is_known)
    provider.aliases.filter(domain__in=[normal_domain(domain) for domain in gone]).delete()
    for at, domain in came:
        if provider_at(normal_domain(domain)) not in (None, provider):
            add_problem(_taken(found, ("otherDomains", at), domain, "provider"))
        elif provider_at(normal_domain(domain)) is None:
            ProviderAlias.objects.create(provider=provider, domain=normal_domain(domain))


def _taken(found: Parsed[Any], where: tuple[str, int], name: str, kind: str) -> Problem:
    message = f"{where[0]}[{where[1] + 1}]: {name} belongs to another {kind}; merge the two in the admin"
    return Problem(found.path, found.line_of(where), "W413", message)


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


def _provider_values(found: Parsed[OrganizationRecord]) -> dict[str, Any]:
    """Return what a provider's own file says of it, by field."""
    if (record := found.record) is None:
        return {}
    return {
        "name": record.name or record.domain,
        "kind": record.kind or kind_of(record.domain),
        "description": record.description,
        "images": as_json(found.values.get("images") or []),
    }


def _name_conflicts(
    row: Topic | Provider,
    found: Parsed[Any],
    values: dict[str, Any],
    before: dict[str, Any] | None,
    add_problem: ProblemSink,
) -> None:
    """Name the fields that both an editor and the file changed, to something else; the editor's stays."""
    for name in sorted(row.edited):
        mine = getattr(row, name)
        if isinstance(mine, Topic):
            mine = mine.key
        if before and name in values and before.get(name) != values[name] != mine:
            key = "_id" if name == "slug" else name
            message = f"{key} was changed here and by an editor; the editor's stays"
            add_problem(Problem(found.path, found.line_of((key,)), "W408", message))


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


def slug_for(name: str) -> str:
    """Return the slug that a topic of this name gets, unless another one has it."""
    return (slug_from(name.replace("+", " plus ").replace("#", " sharp ")) or "topic")[:90]


def free_slug(name: str) -> str:
    """Return a slug that no other topic has, or had; C, C++ and C# get three."""
    wanted = slug_for(name)
    models: tuple[type[Topic | TopicAlias], ...] = (Topic, TopicAlias)
    slugs = [model._default_manager.filter(slug__startswith=wanted).order_by().values_list("slug") for model in models]
    taken = {slug for (slug,) in slugs[0].union(slugs[1])}
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
