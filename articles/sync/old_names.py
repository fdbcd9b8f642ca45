"""Former names of topics and providers, by which files and links still find them.

All renaming goes through here: forms, CSV files, restored versions and undo by
``articles/editorial/renaming.py``, which records it, and topics' files by the import.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model

from articles.content.identity import topic_key
from articles.db.bulk import as_json_column, update_columns
from articles.db.locks import writing
from articles.models import Article, Provider, ProviderAlias, Topic, TopicAlias
from articles.sync.names import with_file_domain

# The columns by which files and links name a row.
NAMED_BY: dict[type[Model], tuple[str, ...]] = {Topic: ("name", "slug"), Provider: ("domain",)}


def save_renamed(row: Topic | Provider) -> None:
    """Save a topic or provider, and store its former name if that has changed."""
    with writing():
        before = type(row)._default_manager.filter(pk=row.pk).values(*NAMED_BY[type(row)]).first()
        row.save()
        if before:
            store_old_names(row, before)


def store_old_names(row: Topic | Provider, before: Mapping[str, Any]) -> None:
    """Store the former name of a saved row; ``before`` has the former values of the columns in NAMED_BY."""
    if isinstance(row, Topic):
        _store_old_words(row, before["name"], before["slug"])
    elif before["domain"] != row.domain:
        _store_old_domain(row, before["domain"])


def _store_old_words(topic: Topic, name: str, slug: str) -> None:
    aliases = list(topic.aliases.all())
    for alias in aliases:
        # The current name needs no alias.
        is_name, is_slug = alias.key == topic.key, alias.slug == topic.slug
        if is_name or is_slug:
            take_from_alias(alias, name=is_name, slug=is_slug)
    names = {topic.key, *(alias.key for alias in aliases)}
    slugs = {topic.slug, *(alias.slug for alias in aliases)}
    old_name = "" if topic_key(name) in names else name
    old_slug = None if slug in slugs else slug
    if old_name or old_slug:
        TopicAlias.objects.create(topic=topic, name=old_name, slug=old_slug)


def take_from_alias(alias: TopicAlias, name: bool = False, slug: bool = False) -> None:
    """Remove the name or the slug of an alias, and delete it if nothing is left."""
    alias.name = "" if name else alias.name
    alias.slug = None if slug else alias.slug
    alias.save() if alias.name or alias.slug else alias.delete()


def _store_old_domain(provider: Provider, domain: str) -> None:
    store_file_domain(provider, domain, provider)
    ProviderAlias.objects.filter(domain=provider.domain).delete()
    ProviderAlias.objects.get_or_create(domain=domain, provider=provider)


def store_file_domain(provider: Provider, domain: str, into: Provider, ids: Collection[int] | None = None) -> None:
    """Store the ``domain`` that files have beside articles of a provider (all, or ``ids``), if ``into`` has another."""
    articles = Article.objects.filter(provider=provider)
    articles = articles if ids is None else articles.filter(pk__among=ids)
    rows = articles.values_list("pk", "provider_said")
    today = {pk: with_file_domain(values, values.get("domain") or domain, into) for pk, values in rows.iterator()}
    update_columns(Article, "id", ["provider_said"], [(as_json_column(values), pk) for pk, values in today.items()])
