"""Looks up topics and providers by their names in files; some were renamed or merged since the files were written."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_camel

from articles.content.identity import topic_key
from articles.models import Provider, ProviderAlias, Topic, TopicAlias
from articles.sync.known_wires import is_wire


def topics_by_key(keys: Collection[str]) -> dict[str, Topic]:
    """Return the topics that have or had these keys, by key; unknown keys are left out."""
    found = {topic.key: topic for topic in Topic.objects.filter(key__among=set(keys))} if keys else {}
    if unknown := set(keys) - found.keys():
        aliases = TopicAlias.objects.filter(key__among=unknown).select_related("topic")
        found |= {alias.key: alias.topic for alias in aliases if alias.key}
    return found


def providers_by_domain(domains: Collection[str]) -> dict[str, Provider]:
    """Return the providers that have or had these domains, by domain; unknown ones are left out."""
    found = {row.domain: row for row in Provider.objects.filter(domain__among=set(domains))} if domains else {}
    if unknown := set(domains) - found.keys():
        aliases = ProviderAlias.objects.filter(domain__among=unknown).select_related("provider")
        found |= {alias.domain: alias.provider for alias in aliases}
    return found


@dataclass(frozen=True, slots=True)
class Meanings:
    """Today's names of topics by key, and today's domains of providers by any of their domains."""

    topics: Mapping[str, str]
    providers: Mapping[str, str]

    @classmethod
    def of(cls, values: Iterable[Mapping[str, Any]]) -> "Meanings":
        """Look up the topics and providers in plain values of articles, in at most two queries for each."""
        values = list(values)
        keys = {topic_key(name) for each in values for name in each.get("topics", ())}
        domains = {each["provider"] for each in values if "provider" in each}
        return cls(
            {key: topic.name for key, topic in topics_by_key(keys).items()},
            {domain: provider.domain for domain, provider in providers_by_domain(domains).items()},
        )

    def today(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values with today's names and domains."""
        current = dict(values)
        if "topics" in current:
            names = (self.topics.get(topic_key(name), name) for name in current["topics"])
            current["topics"] = list(dict.fromkeys(names))
        if "provider" in current:
            current["provider"] = self.providers.get(current["provider"], current["provider"])
        return current


def with_file_domain(values: Mapping[str, Any], domain: str, provider: Provider) -> dict[str, Any]:
    """Return a file's values of its provider, with the file's ``domain`` if the provider has another one today."""
    others = {key: value for key, value in values.items() if key != "domain"}
    return others if provider.domain == domain else others | {"domain": domain}


DEFAULT_POSITION = 1000


def topic_named(name: str) -> Topic | None:
    """Return the topic that a name in a file means today."""
    key = topic_key(name)
    alias = TopicAlias.objects.filter(key=key).select_related("topic").first()
    return Topic.objects.filter(key=key).first() or (alias.topic if alias else None)


def topic_at(slug: str) -> Topic | None:
    """Return the topic whose address has, or had, this slug."""
    alias = TopicAlias.objects.filter(slug=slug).select_related("topic").first()
    return Topic.objects.filter(slug=slug).first() or (alias.topic if alias else None)


def provider_at(domain: str) -> Provider | None:
    """Return the provider that a domain in a file means today."""
    alias = ProviderAlias.objects.filter(domain=domain).select_related("provider").first()
    return Provider.objects.filter(domain=domain).first() or (alias.provider if alias else None)


def number_in(path: str) -> int:
    """Return the position in a topic file's name, such as ``00-ai.yaml``."""
    number = re.match(r"(\d{1,6})-", path.rpartition("/")[2])
    return int(number[1]) if number else DEFAULT_POSITION


def kind_of(domain: str) -> Provider.Kind:
    """Return the kind of a new provider."""
    return Provider.Kind.WIRE if is_wire(domain) else Provider.Kind.OUTLET


def file_key(name: str) -> str:
    """Return the key of a field in files."""
    return str(to_camel(name))
