"""What files' words for topics and providers mean today: some were renamed or merged since the files were written."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from articles.content.identity import topic_key
from articles.models import Provider, ProviderAlias, Topic, TopicAlias


def topics_by_key(keys: Collection[str]) -> dict[str, Topic]:
    """Return the topics that have or had these keys, those known."""
    found = {topic.key: topic for topic in Topic.objects.filter(key__among=set(keys))} if keys else {}
    if unknown := set(keys) - found.keys():
        aliases = TopicAlias.objects.filter(key__among=unknown).select_related("topic")
        found |= {alias.key: alias.topic for alias in aliases if alias.key}
    return found


def providers_by_domain(domains: Collection[str]) -> dict[str, Provider]:
    """Return the providers that have or had these domains, those known."""
    found = {row.domain: row for row in Provider.objects.filter(domain__among=set(domains))} if domains else {}
    if unknown := set(domains) - found.keys():
        aliases = ProviderAlias.objects.filter(domain__among=unknown).select_related("provider")
        found |= {alias.domain: alias.provider for alias in aliases}
    return found


@dataclass(frozen=True, slots=True)
class Meanings:
    """Topics' names by key, and providers' domains by any of theirs."""

    topics: Mapping[str, str]
    providers: Mapping[str, str]

    @classmethod
    def of(cls, values: Iterable[Mapping[str, Any]]) -> "Meanings":
        """Look up what is named in plain values as merging.py has them; two queries for each at most."""
        values = list(values)
        keys = {topic_key(name) for each in values for name in each.get("topics", ())}
        domains = {each["provider"] for each in values if "provider" in each}
        return cls(
            {key: topic.name for key, topic in topics_by_key(keys).items()},
            {domain: provider.domain for domain, provider in providers_by_domain(domains).items()},
        )

    def today(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the same values in today's words."""
        said = dict(values)
        if "topics" in said:
            said["topics"] = list(dict.fromkeys(self.topics.get(topic_key(name), name) for name in said["topics"]))
        if "provider" in said:
            said["provider"] = self.providers.get(said["provider"], said["provider"])
        return said


def said_with(said: Mapping[str, Any], domain: str, provider: Provider) -> dict[str, Any]:
    """Return what a file says of its provider, its domain included where the provider has another one today."""
    others = {key: value for key, value in said.items() if key != "domain"}
    return others if provider.domain == domain else others | {"domain": domain}
