"""Imports providers: from their own files, and from the articles that name them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from articles.changes import announce
from articles.content.domains import normal_domain
from articles.content.files import SourceFile
from articles.content.limits import NAME_MAX_LENGTH
from articles.content.naming import PROVIDERS
from articles.content.parsing import Parsed, parse_organization
from articles.content.schema import OrganizationRecord
from articles.content.values import as_json, extra_values
from articles.db.locks import writing
from articles.models import Provider, ProviderAlias
from articles.sync.imports.assets import Assets
from articles.sync.imports.taxonomy import (
    Described,
    Descriptions,
    ProblemSink,
    changes_of_list,
    read_all,
    save_changes,
)
from articles.sync.names import kind_of, provider_at, providers_by_domain


def import_organizations(files: Sequence[SourceFile], assets: Assets, add_problem: ProblemSink) -> int:
    """Import providers' own files; return how many could be read."""
    found = read_all(files, parse_organization, assets, add_problem)
    with writing():
        Organizations(add_problem).apply(found)
    return len(found)


class Organizations(Descriptions[Provider, OrganizationRecord]):
    """Providers' own files; a file that names another domain than before describes another provider."""

    kind = PROVIDERS

    def parse(self, path: str, data: bytes) -> Parsed[OrganizationRecord]:
        return parse_organization(path, data)

    def find_rows(self, every: Sequence[Parsed[OrganizationRecord]]) -> None:
        domains = {found.record.domain for found in every if found.record}
        self.by_key = {provider.domain: provider for provider in Provider.objects.filter(domain__among=domains)}
        described = Provider.objects.filter(source_path__among={found.path for found in every})
        self.by_path = {provider.source_path: provider for provider in described}
        aliases = ProviderAlias.objects.filter(domain__among=domains).select_related("provider")
        self.aliases = {alias.domain: alias.provider for alias in aliases}

    def new_row(self, path: str, record: OrganizationRecord) -> Provider:
        return Provider(domain=record.domain, kind=record.kind or kind_of(record.domain))

    def values_in(self, found: Parsed[OrganizationRecord]) -> dict[str, Any]:
        if (record := found.record) is None:
            return {}
        return {
            "name": record.name or unnamed(record.domain),
            "kind": record.kind or kind_of(record.domain),
            "description": record.description,
            "images": as_json(found.values.get("images") or []),
        }

    def stated_in(self, found: Parsed[OrganizationRecord]) -> dict[str, Any]:
        # A file that says nothing of the kind does not say what an editor said, either.
        says_kind = found.record is not None and found.record.kind
        return {name: value for name, value in self.values_in(found).items() if says_kind or name != "kind"}

    def save(
        self, row: Provider, found: Parsed[OrganizationRecord], record: OrganizationRecord, conflicts: dict[str, Any]
    ) -> None:
        values = self.values_in(found) | {
            # Without a kind in the file, the one that an editor chose before there was a file stays.
            "kind": record.kind or row.kind,
            "extra": extra_values(record, found.values),
            "source_path": found.path,
            "conflicts": conflicts,
        }
        save_changes(row, values, self.stated_in(found))

    def apply_names(self, described: Described[Provider, OrganizationRecord]) -> None:
        provider, found = described.row, described.found
        came, gone = changes_of_list("otherDomains", found, described.before, described.is_known)
        if gone:  # rarely: making a query for each file takes a third of an import that changes nothing
            provider.aliases.filter(domain__among={normal_domain(domain) for domain in gone}).delete()
        for at, domain in came:
            if provider_at(normal_domain(domain)) not in (None, provider):
                self.add_problem(PROVIDERS.taken_problem(found, ("otherDomains", at), domain))
            elif provider_at(normal_domain(domain)) is None:
                ProviderAlias.objects.create(provider=provider, domain=normal_domain(domain))


@dataclass(frozen=True, slots=True)
class Named:
    """A provider as named in an article or an entry."""

    domain: str
    name: str | None
    images: list[Any]


def ensure_providers(named: Iterable[Named]) -> dict[str, Provider]:
    """Return the named providers by domain; new ones are created."""
    by_domain: dict[str, list[Named]] = {}
    for each in named:
        by_domain.setdefault(each.domain, []).append(each)
    providers = providers_by_domain(by_domain.keys())
    for domain, provider in providers.items():
        # Not with the name and logo of another domain, which was merged into this provider.
        if domain == provider.domain and _take_better_values(provider, by_domain[domain]):
            provider.save()
    new = [
        Provider(domain=domain, name=unnamed(domain), kind=kind_of(domain))
        for domain in by_domain
        if domain not in providers
    ]
    for provider in new:
        _take_better_values(provider, by_domain[provider.domain])
    created = Provider.objects.bulk_create(new)
    announce(providers=[provider.pk for provider in created], catalogue=bool(created))
    return providers | {provider.domain: provider for provider in created}


def _best_name(domain: str, names: Iterable[str | None]) -> str:
    """Return the best of several spellings of a name, whatever their order.

    Crawlers produce names such as ``Morningstar%2c Inc.``; names with escapes come last.
    """
    given = {name for name in names if name and name != unnamed(domain)}
    escaped = re.compile("%[0-9A-Fa-f]{2}|&[#0-9a-z]+;")
    return min(given, key=lambda name: (bool(escaped.search(name)), name), default=unnamed(domain))


def unnamed(domain: str) -> str:
    """Return the name of a provider without one: its domain, cut to the length of names."""
    return domain[:NAME_MAX_LENGTH]


def _take_better_values(provider: Provider, named: list[Named]) -> bool:
    """Take a better name and logo from articles, unless they come from a file or an editor; return whether there were any."""
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
