"""All topics or providers, read once, so that many rows can be validated without a query for each.

The rules are those of the models' ``clean``; the database's constraints still apply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.core.exceptions import ValidationError

from articles.content.identity import topic_key
from articles.models import Provider, ProviderAlias, Topic, TopicAlias
from articles.models.provider import ANOTHER_DOMAIN, DOMAIN_TAKEN
from articles.models.topic import BELOW_ITSELF, name_faults

Errors = dict[str, Any]


@dataclass(slots=True)
class KnownRows:
    """Rows by the column that identifies them in a file; ``check`` adds new ones."""

    rows: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Self:
        raise NotImplementedError

    def check(self, row: Any, before: Mapping[str, Any], errors: Errors) -> None:
        """Raise ValidationError with ``errors`` and any others of a row; without any, update what is known of it.

        ``before`` has its old values, and is empty for a new row.
        """
        # Rows that it refers to have been looked up already.
        relations = {each.name for each in row._meta.concrete_fields if each.is_relation}
        try:
            row.clean_fields(exclude=relations | errors.keys() | {"key"})
        except ValidationError as error:
            error.update_error_dict(errors)
        for name, text in self.faults(row, before):
            errors.setdefault(name, []).append(ValidationError(text))
        if errors:
            raise ValidationError(errors)
        self.add(row, before)

    def faults(self, row: Any, before: Mapping[str, Any]) -> list[tuple[str, Any]]:
        raise NotImplementedError

    def add(self, row: Any, before: Mapping[str, Any]) -> None:
        raise NotImplementedError


@dataclass(slots=True)
class KnownTopics(KnownRows):
    """Topics by slug, by key, and by former keys and slugs."""

    names: dict[str, Topic] = field(default_factory=dict)
    old_names: dict[str, Topic] = field(default_factory=dict)
    old_slugs: dict[str, Topic] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Self:
        by_pk = {topic.pk: topic for topic in Topic.objects.all()}
        for topic in by_pk.values():
            topic.parent = by_pk[topic.parent_id] if topic.parent_id else None
        aliases = list(TopicAlias.objects.all())
        return cls(
            rows={topic.slug: topic for topic in by_pk.values()},
            names={topic.key: topic for topic in by_pk.values()},
            old_names={alias.key: by_pk[alias.topic_id] for alias in aliases if alias.key},
            old_slugs={alias.slug: by_pk[alias.topic_id] for alias in aliases if alias.slug},
        )

    def named(self, key: str) -> Topic | None:
        return self.names.get(key)

    def once_named(self, key: str) -> Topic | None:
        return self.old_names.get(key)

    def once_at(self, slug: str) -> Topic | None:
        return self.old_slugs.get(slug)

    def faults(self, row: Topic, before: Mapping[str, Any]) -> list[tuple[str, Any]]:
        faults = name_faults(row, self)
        if self._is_below_itself(row, is_new=not before):
            faults.append(("parent", BELOW_ITSELF))
        return faults

    @staticmethod
    def _is_below_itself(row: Topic, is_new: bool) -> bool:
        # A new topic has no descendants, and cannot be its own ancestor.
        above, seen = row.parent, set[int]()
        while not is_new and above is not None and above is not row and id(above) not in seen:
            seen.add(id(above))
            above = above.parent
        return above is row

    def add(self, row: Topic, before: Mapping[str, Any]) -> None:
        # As sync/old_names.py stores it when the row is saved.
        key = topic_key(row.name)
        if before and topic_key(before["name"]) != key:
            self.names.pop(topic_key(before["name"]), None)
            self.old_names[topic_key(before["name"])] = row
        self.old_names.pop(key, None)
        self.rows[row.slug] = self.names[key] = row


@dataclass(slots=True)
class KnownProviders(KnownRows):
    """Providers by domain, and the names of providers by their other domains."""

    aliases: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Self:
        aliases = ProviderAlias.objects.values_list("domain", "provider__name")
        return cls({provider.domain: provider for provider in Provider.objects.all()}, dict(aliases))

    def faults(self, row: Provider, before: Mapping[str, Any]) -> list[tuple[str, Any]]:
        if self.rows.get(row.domain, row) is not row:
            return [("domain", DOMAIN_TAKEN)]
        owner = self.aliases.get(row.domain)
        return [("domain", ANOTHER_DOMAIN % owner)] if owner else []

    def add(self, row: Provider, before: Mapping[str, Any]) -> None:
        self.rows[row.domain] = row
