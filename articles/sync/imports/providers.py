"""Imports providers: from their own files, and from the articles that name them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from articles.changes import announce
from articles.content.domains import normal_domain
from articles.content.files import SourceFile
from articles.content.limits import NAME_MAX_LENGTH
from articles.content.parsing import Parsed, parse_organization
from articles.content.schema import OrganizationRecord
from articles.content.values import as_json, extra_values
from articles.db.locks import writing
from articles.models import Provider, ProviderAlias
from articles.sync.data_files import stored_files
from articles.sync.imports.assets import Assets
from articles.sync.imports.taxonomy import (
    DataFile,
    ProblemSink,
    changes_of_list,
    is_anothers,
    merged_problem,
    name_conflicts,
    read_all,
    release_path,
    save_changes,
    taken_problem,
    with_before,
)
from articles.sync.names import kind_of, provider_at, providers_by_domain


def import_organizations(files: Sequence[SourceFile], assets: Assets, add_problem: ProblemSink) -> int:
    """Import providers' own files; return how many could be read."""
    found = read_all(files, parse_organization, assets, add_problem)
    with writing():
        _apply_organizations(found, add_problem)
    return len(found)


def _apply_organizations(files: Sequence[DataFile[OrganizationRecord]], add_problem: ProblemSink) -> None:
    stored = stored_files([file.path for file, _, _ in files], files[0][0].root if files else None)
    parsed = list(with_before(files, parse_organization, stored))
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
            add_problem(merged_problem(found, ("domain",), record.domain, others[record.domain]))
            continue
        if record.domain not in by_domain and (heir := aliases.get(record.domain)):
            if is_anothers(by_path.get(file.path), heir):
                add_problem(merged_problem(found, ("domain",), record.domain, heir.domain))
                continue
            by_domain[record.domain] = heir
        values_in_file = _provider_values(found)
        provider = by_domain.setdefault(record.domain, Provider(domain=record.domain, kind=values_in_file["kind"]))
        release_path(by_path.get(file.path), provider)
        name_conflicts(provider, found, values_in_file, _provider_values(before) if before else None, add_problem)
        values = values_in_file | {
            # Without a kind in the file, the one that an editor chose before there was a file stays.
            "kind": record.kind or provider.kind,
            "extra": extra_values(record, found.values),
            "source_path": file.path,
        }
        save_changes(provider, values, values_in_file)
        named.append((provider, found, before))
    for provider, found, before in named:
        _take_domains(provider, found, before, found.path in stored, add_problem)


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


def _take_domains(
    provider: Provider,
    found: Parsed[OrganizationRecord],
    before: Parsed[OrganizationRecord] | None,
    is_known: bool,
    add_problem: ProblemSink,
) -> None:
    """Add the other domains that are new in a provider's file, unless another provider has them."""
    came, gone = changes_of_list("otherDomains", found, before, is_known)
    provider.aliases.filter(domain__among={normal_domain(domain) for domain in gone}).delete()
    for at, domain in came:
        if provider_at(normal_domain(domain)) not in (None, provider):
            add_problem(taken_problem(found, ("otherDomains", at), domain, "provider"))
        elif provider_at(normal_domain(domain)) is None:
            ProviderAlias.objects.create(provider=provider, domain=normal_domain(domain))


def _provider_values(found: Parsed[OrganizationRecord]) -> dict[str, Any]:
    """Return the values in a provider's own file, by field."""
    if (record := found.record) is None:
        return {}
    return {
        "name": record.name or unnamed(record.domain),
        "kind": record.kind or kind_of(record.domain),
        "description": record.description,
        "images": as_json(found.values.get("images") or []),
    }


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
