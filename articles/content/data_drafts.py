"""What the files in ``_data`` are to say, each as a draft: topics, providers, and editors' decisions."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef

from articles.content.decisions import DECISION_FILES, DecisionFile, items_of, wanted_items
from articles.content.drafts import Draft, Write
from articles.content.files import ORGANIZATION_FOLDER, STORY_ADDRESSES_FILE, TOPIC_FOLDER
from articles.content.house_text import ORGANIZATION_STYLE, TOPIC_STYLE, Style, lines_of
from articles.content.parsing import Parsed, parse_organization, parse_topic
from articles.content.patching import REMOVED, patch, patch_data
from articles.content.story_addresses import Names, story_addresses_text
from articles.content.taxonomy import DEFAULT_POSITION, kind_of, number_in, slug_for
from articles.content.texts import Kept, as_bytes, kept_texts
from articles.content.values import from_json
from articles.models import Article, ArticleTopic, Provider, Story, Topic

TOPIC_KEYS = {"slug": "_id"} | {
    name: name for name in ("name", "shortname", "parent", "position", "description", "keywords", "hashtags", "images")
}
PROVIDER_KEYS = {name: name for name in ("name", "domain", "kind", "description", "images")}


def data_drafts(names: Names, everything: bool, root: Path | None) -> Iterator[Draft]:
    """Yield all drafts of files in ``_data``; ``names`` gives the paths or addresses of articles, by id.

    With ``everything`` the addresses of stories are among them, which change with every article that comes.
    """
    yield from topic_drafts(root)
    yield from provider_drafts(root)
    yield from decision_drafts(names, root)
    if everything and Story.objects.filter(size__gt=1).exists():
        kept = kept_texts([STORY_ADDRESSES_FILE], root).get(STORY_ADDRESSES_FILE)
        yield _draft(STORY_ADDRESSES_FILE, partial(story_addresses_text, names), kept, None, True)


def topic_drafts(root: Path | None) -> Iterator[Draft]:
    """Yield the drafts of topics that have a file, and of those about which there is more to say than their name."""
    is_named = Exists(ArticleTopic.objects.filter(topic=OuterRef("pk"))) | Exists(
        Topic.objects.filter(parent=OuterRef("pk"))
    )
    topics = (
        Topic.objects.select_related("parent").prefetch_related("aliases").annotate(is_named=is_named).order_by("pk")
    )
    kept = kept_texts([topic.source_path for topic in topics if topic.source_path], root)
    taken = {topic.source_path for topic in topics if topic.source_path}
    for topic in topics:
        path = topic.source_path or _new_path(TOPIC_FOLDER, topic.slug, ".yaml", taken)
        is_usual = topic.is_named and topic.slug == slug_for(topic.name) and topic.position == DEFAULT_POSITION
        aliases = list(topic.aliases.all())
        if topic.source_path or topic.edited or aliases or not is_usual:
            taken.add(path)
            fields = topic.edited if path in kept else TOPIC_KEYS
            changes = {TOPIC_KEYS[name]: _topic_value(topic, name, path) for name in fields if name in TOPIC_KEYS}
            lists = {
                "otherNames": sorted(alias.name for alias in aliases if alias.name),
                "oldSlugs": sorted(alias.slug for alias in aliases if alias.slug),
            }
            changes |= _changed_lists(lists, kept.get(path), parse_topic, path)
            yield _draft(path, partial(_plain_text, changes, TOPIC_STYLE), kept.get(path), topic, bool(changes))


def _new_path(folder: str, name: str, ending: str, taken: set[str]) -> str:
    """Return a path for the file of a topic or a provider that has none, one that is not another's."""
    path, number = f"{folder}/{name}{ending}", 2
    while path in taken:
        path = f"{folder}/{name}-{number}{ending}"
        number += 1
    return path


def _topic_value(topic: Topic, name: str, path: str) -> Any:
    if name == "parent":
        return topic.parent.name if topic.parent else REMOVED
    if name == "position":
        return REMOVED if topic.position == number_in(path) else topic.position
    return from_json(getattr(topic, name)) or REMOVED


def provider_drafts(root: Path | None) -> Iterator[Draft]:
    """Yield the drafts of providers that have a file, and of those about which there is more to say than articles do."""
    is_named = Exists(Article.objects.filter(provider=OuterRef("pk")))
    providers = list(Provider.objects.prefetch_related("aliases").annotate(is_named=is_named).order_by("pk"))
    kept = kept_texts([provider.source_path for provider in providers if provider.source_path], root)
    taken = {provider.source_path for provider in providers if provider.source_path}
    for provider in providers:
        path = provider.source_path or _new_path(ORGANIZATION_FOLDER, provider.domain, ".md", taken)
        is_usual = provider.is_named and provider.kind == kind_of(provider.domain)
        domains = sorted(alias.domain for alias in provider.aliases.all())
        if provider.source_path or provider.edited or domains or not is_usual:
            taken.add(path)
            fields = provider.edited if path in kept else PROVIDER_KEYS
            changes = {name: _provider_value(provider, name) for name in fields if name in PROVIDER_KEYS}
            changes |= _changed_lists({"otherDomains": domains}, kept.get(path), parse_organization, path)
            yield _draft(path, partial(_organization_text, changes), kept.get(path), provider, bool(changes))


def _provider_value(provider: Provider, name: str) -> Any:
    if name == "kind" and name not in provider.edited and provider.kind == kind_of(provider.domain):
        return REMOVED
    return from_json(getattr(provider, name)) or REMOVED


def _changed_lists(
    lists: dict[str, list[str]], kept: Kept | None, parse: Callable[[str, bytes], Parsed[Any]], path: str
) -> dict[str, Any]:
    """Return the lists that say something else than their file as it was imported."""
    said = parse(path, kept.data).values if kept and any(key.encode() in kept.data for key in lists) else {}
    return {key: each or REMOVED for key, each in lists.items() if each != sorted(said.get(key) or [])}


def decision_drafts(names: Names, root: Path | None) -> Iterator[Draft]:
    """Yield the drafts of the files of decisions that are there, or that there is something to say in."""
    kept = kept_texts([file.path for file in DECISION_FILES], root)
    for file in DECISION_FILES:
        if file.path in kept or any(decided.model._default_manager.exists() for decided in file.lists):
            yield _draft(
                file.path, partial(_decisions_text, file, kept.get(file.path), names), kept.get(file.path), None, True
            )


def _draft(path: str, write: Write, kept: Kept | None, row: Topic | Provider | None, is_edited: bool) -> Draft:
    return Draft(path, write, kept, row, is_edited)


# -- Texts ----------------------------------------------------------------------


def _plain_text(changes: dict[str, Any], style: Style, text: str | None) -> str:
    """Return the text of a file that is YAML without more, with some values changed."""
    if text is not None:
        return patch_data(text, changes, style)
    values = {key: value for key, value in changes.items() if value is not REMOVED}
    return "".join(f"{line}\n" for line in lines_of(values, style))


def _organization_text(changes: dict[str, Any], text: str | None) -> str:
    if text is not None:
        return patch(text, changes, style=ORGANIZATION_STYLE)
    return f"---\n{_plain_text(changes, ORGANIZATION_STYLE, None)}---\n"


def _decisions_text(file: DecisionFile, kept: Kept | None, names: Names, text: str | None) -> str:
    parsed = file.parse(file.path, as_bytes(text or "{}"))
    changes = {}
    for decided in file.lists:
        waiting = kept.waiting.get(decided.key, []) if kept else []
        there = [] if parsed.record is None else items_of(parsed, decided)
        wanted = wanted_items(decided, there, waiting, names)
        if wanted != [item.value for item in there]:
            changes[decided.key] = wanted
    return _plain_text(changes, Style(tuple(decided.key for decided in file.lists)), text)
