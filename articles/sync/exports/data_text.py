"""Drafts of the files in ``_data``: topics, providers, and editors' decisions."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef

from articles.content.domains import normal_domain
from articles.content.identity import topic_key
from articles.content.layout import (
    ORGANIZATION_FOLDER,
    STORY_ADDRESSES_FILE,
    STORY_VOCABULARY_FILE,
    THREAD_ADDRESSES_FILE,
    TOPIC_FOLDER,
    file_name,
)
from articles.content.naming import slug_for
from articles.content.parsing import Parsed, parse_organization, parse_topic
from articles.content.values import each_from_json, from_json
from articles.content.yaml.patcher import patch, patch_data
from articles.content.yaml.patcher_marks import REMOVED
from articles.content.yaml.writer import ORGANIZATION_STYLE, TOPIC_STYLE, Style, lines_of
from articles.models import Article, ArticleTopic, Provider, Story, StoryVocabulary, Thread, Topic
from articles.sync.data_files import StoredFile, as_bytes, stored_files
from articles.sync.decisions import DECISION_FILES, DecisionFile, items_of
from articles.sync.exports.decision_items import wanted_items
from articles.sync.exports.pending import Draft, Write
from articles.sync.names import DEFAULT_POSITION, kind_of, number_in, provider_at, topic_at, topic_named
from articles.sync.story_addresses import Names, story_addresses_text
from articles.sync.story_vocabulary import story_vocabulary_text
from articles.sync.thread_addresses import thread_addresses_text

TOPIC_KEYS = {"slug": "_id"} | {
    name: name for name in ("name", "shortname", "parent", "position", "description", "keywords", "hashtags", "images")
}
PROVIDER_KEYS = ("name", "domain", "kind", "description", "images")


def data_drafts(names: Names, everything: bool, root: Path | None) -> Iterator[Draft]:
    """Yield all drafts of files in ``_data``; ``names`` returns the paths or addresses of articles by id.

    The files of addresses are included only with ``everything``, as they change with every new article.
    """
    yield from topic_drafts(everything, root)
    yield from provider_drafts(everything, root)
    yield from decision_drafts(names, root)
    if everything and Story.objects.filter(size__gt=1).exists():
        yield _grown_draft(STORY_ADDRESSES_FILE, partial(story_addresses_text, names), root)
    if everything and Thread.objects.with_page().exists():
        yield _grown_draft(THREAD_ADDRESSES_FILE, partial(thread_addresses_text, names), root)


def vocabulary_drafts(root: Path | None) -> Iterator[Draft]:
    """Yield the draft of the vocabulary of stories, if the site has learned one."""
    if StoryVocabulary.objects.exists():
        yield _grown_draft(STORY_VOCABULARY_FILE, story_vocabulary_text, root)


def _grown_draft(path: str, write: Write, root: Path | None) -> Draft:
    return _draft(path, write, stored_files([path], root).get(path), None, True)


def topic_drafts(everything: bool, root: Path | None) -> Iterator[Draft]:
    """Yield the drafts of topics that have a file, and of those that editors changed.

    With ``everything``, also those of topics with more than the name that articles give them.
    """
    is_named = Exists(ArticleTopic.objects.filter(topic=OuterRef("pk"))) | Exists(
        Topic.objects.filter(parent=OuterRef("pk"))
    )
    topics = (
        Topic.objects.select_related("parent").prefetch_related("aliases").annotate(is_named=is_named).order_by("pk")
    )
    stored = stored_files([topic.source_path for topic in topics if topic.source_path], root)
    taken = {topic.source_path for topic in topics if topic.source_path}
    for topic in topics:
        is_usual = topic.is_named and topic.slug == slug_for(topic.name) and topic.position == DEFAULT_POSITION
        aliases = list(topic.aliases.all())
        if not (topic.source_path or topic.edited or aliases or (everything and not is_usual)):
            continue
        path = topic.source_path or _new_path(TOPIC_FOLDER, topic.slug, ".yaml", taken)
        values = {key: _topic_value(topic, name, path) for name, key in TOPIC_KEYS.items()}
        before = _lists_in(stored.get(path), parse_topic, path, "otherNames", "oldSlugs")
        names, slugs = [alias.name for alias in aliases if alias.name], [alias.slug for alias in aliases if alias.slug]
        lists = _changed_list("otherNames", names, before, topic_key, lambda name: topic_named(name) is not None)
        lists |= _changed_list("oldSlugs", slugs, before, str, lambda slug: topic_at(slug) is not None)
        whole = _extra_of(topic, {"taxonomy": "topic"}) | values | lists
        edited = {TOPIC_KEYS[name] for name in topic.edited if name in TOPIC_KEYS}
        changes = {key: values[key] for key in edited} | lists if topic.source_path else whole
        yield _draft(path, partial(_plain_text, changes, whole, TOPIC_STYLE), stored.get(path), topic, bool(changes))


def _extra_of(row: Topic | Provider, house: dict[str, Any]) -> dict[str, Any]:
    """Return the keys that have no meaning here: the file's own, or the ``house`` style's for a new file."""
    return each_from_json(row.extra) if row.source_path else house


def _new_path(folder: str, name: str, ending: str, taken: set[str]) -> str:
    """Return a free path for the file of a topic or provider without one, and add it to ``taken``."""
    path, number = f"{folder}/{file_name(name, ending)}", 2
    while path in taken:
        path = f"{folder}/{file_name(name, f'-{number}{ending}')}"
        number += 1
    taken.add(path)
    return path


def _topic_value(topic: Topic, name: str, path: str) -> Any:
    if name == "parent":
        return topic.parent.name if topic.parent else REMOVED
    if name == "position":
        return REMOVED if topic.position == number_in(path) else topic.position
    return from_json(getattr(topic, name)) or REMOVED


def provider_drafts(everything: bool, root: Path | None) -> Iterator[Draft]:
    """Yield the drafts of providers that have a file, and of those that editors changed.

    With ``everything``, also those of providers with more than the values that articles give them.
    """
    is_named = Exists(Article.objects.filter(provider=OuterRef("pk")))
    providers = list(Provider.objects.prefetch_related("aliases").annotate(is_named=is_named).order_by("pk"))
    stored = stored_files([provider.source_path for provider in providers if provider.source_path], root)
    taken = {provider.source_path for provider in providers if provider.source_path}
    for provider in providers:
        is_usual = provider.is_named and provider.kind == kind_of(provider.domain) and not provider.description
        domains = [alias.domain for alias in provider.aliases.all()]
        if not (provider.source_path or provider.edited or domains or (everything and not is_usual)):
            continue
        path = provider.source_path or _new_path(ORGANIZATION_FOLDER, provider.domain, ".md", taken)
        values = {name: _provider_value(provider, name) for name in PROVIDER_KEYS}
        before = _lists_in(stored.get(path), parse_organization, path, "otherDomains")
        lists = _changed_list("otherDomains", domains, before, normal_domain, _has_provider)
        whole = _extra_of(provider, {"taxonomy": "organization", "_id": provider.domain}) | values | lists
        edited = {name for name in provider.edited if name in PROVIDER_KEYS}
        changes = {name: values[name] for name in edited} | lists if provider.source_path else whole
        yield _draft(path, partial(_organization_text, changes, whole), stored.get(path), provider, bool(changes))


def _has_provider(domain: str) -> bool:
    return provider_at(normal_domain(domain)) is not None


def _provider_value(provider: Provider, name: str) -> Any:
    if name == "kind" and name not in provider.edited and provider.kind == kind_of(provider.domain):
        return REMOVED
    return from_json(getattr(provider, name)) or REMOVED


def _lists_in(
    stored: StoredFile | None, parse: Callable[[str, bytes], Parsed[Any]], path: str, *keys: str
) -> dict[str, list[str]]:
    """Return some lists of a file as it was imported."""
    values = parse(path, stored.data).values if stored and any(key.encode() in stored.data for key in keys) else {}
    return {key: [str(each) for each in values.get(key) or []] for key in keys}


def _changed_list(
    key: str,
    wanted: list[str],
    before: Mapping[str, list[str]],
    key_of: Callable[[str], str],
    is_taken: Callable[[str], bool],
) -> dict[str, Any]:
    """Return a list's new value if it differs from the file as imported, else nothing.

    Items that still apply stay where they are, and so do those that were not imported because another row has them.
    """
    there = {key_of(each): each for each in before[key]}
    new = {key_of(each): each for each in sorted(wanted)}
    if there.keys() == new.keys():
        return {}
    staying = [each for one, each in there.items() if one in new or is_taken(each)]
    items = [*staying, *(each for one, each in new.items() if one not in there)]
    return {key: items or REMOVED} if items != before[key] else {}


def decision_drafts(names: Names, root: Path | None) -> Iterator[Draft]:
    """Yield the drafts of the files of decisions that exist, or that have decisions to write."""
    stored = stored_files([file.path for file in DECISION_FILES], root)
    for file in DECISION_FILES:
        if file.path in stored or any(decided.model._default_manager.exists() for decided in file.lists):
            yield _draft(
                file.path,
                partial(_decisions_text, file, stored.get(file.path), names),
                stored.get(file.path),
                None,
                True,
            )


def _draft(path: str, write: Write, stored: StoredFile | None, row: Topic | Provider | None, is_edited: bool) -> Draft:
    return Draft(path, write, stored, row, is_edited)


# -- Texts ----------------------------------------------------------------------


def _plain_text(changes: dict[str, Any], whole: dict[str, Any], style: Style, text: str | None) -> str:
    """Return the text of a plain YAML file with some values changed; for a new file, that of the ``whole``."""
    if text is not None:
        return patch_data(text, changes, style)
    values = {key: value for key, value in whole.items() if value is not REMOVED}
    return "".join(f"{line}\n" for line in lines_of(values, style))


def _organization_text(changes: dict[str, Any], whole: dict[str, Any], text: str | None) -> str:
    if text is not None:
        return patch(text, changes, style=ORGANIZATION_STYLE)
    return f"---\n{_plain_text(changes, whole, ORGANIZATION_STYLE, None)}---\n"


def _decisions_text(file: DecisionFile, stored: StoredFile | None, names: Names, text: str | None) -> str:
    parsed = file.parse(file.path, as_bytes(text or "{}"))
    changes = {}
    for decided in file.lists:
        waiting = stored.waiting.get(decided.key, []) if stored else []
        there = [] if parsed.record is None else items_of(parsed, decided)
        wanted = wanted_items(decided, there, waiting, names)
        if wanted != [item.value for item in there]:
            changes[decided.key] = wanted
    return _plain_text(changes, changes, Style(tuple(decided.key for decided in file.lists)), text)
