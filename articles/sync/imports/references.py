"""References: articles that are known only from entries of other articles."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from articles.content.domains import normal_domain
from articles.content.three_way_merge import difference
from articles.db.bulk import update_objects
from articles.models import Article, Provider, RelatedEntry
from articles.sync.field_values import (
    entry_values,
    reference_columns,
)
from articles.sync.names import providers_by_domain, with_file_domain
from articles.sync.related_entries import values_of_entry


def refresh_references(ids: Iterable[int]) -> None:
    """Update references to the values of their latest entry, independent of the order of import."""
    groups: dict[int, list[RelatedEntry]] = defaultdict(list)
    if targets := set(ids):
        entries = RelatedEntry.objects.filter(target__among=targets, target__is_reference=True)
        for entry in entries.select_related("target__provider"):
            groups[entry.target_id].append(entry)
    for group in groups.values():
        _refresh(group)


def _refresh(entries: list[RelatedEntry]) -> None:
    found = [(values_of_entry(entry), entry) for entry in entries]
    best, holder = max(found, key=lambda each: (str(each[0]["publishedDateTime"]), each[1].digest))
    if holder.differences is None or holder.target.edited:
        return
    reference = holder.target
    columns, reference.provider = columns_of_reference(holder.address, best, {})
    for name, value in columns.items():
        setattr(reference, name, value)
    reference.save()
    for values, entry in found:
        entry.target, entry.differences = reference, difference(values, entry_values(reference))
    update_objects(RelatedEntry, ["differences"], entries)


def forget_references(ids: Collection[int]) -> None:
    """Delete references that no list names, and that no editor changed or decided about."""
    references = Article.objects.filter(pk__among=ids, is_reference=True, edited={})
    references.filter(incoming_links=None, entries=None, story_decision=None, joined_by=None).delete()


def columns_of_reference(
    address: str, values: Mapping[str, Any], providers: Mapping[str, Provider]
) -> tuple[dict[str, Any], Provider]:
    """Return columns and provider of a reference with an entry's plain ``values``."""
    domain = normal_domain(values["provider"]["domain"])
    provider = providers.get(domain) or providers_by_domain([domain])[domain]
    columns = reference_columns(address, values)
    columns["provider_said"] = with_file_domain(columns["provider_said"], domain, provider)
    return columns, provider
