"""What there is of topics and providers, read once, so that many rows can be checked without a query for each.

The rules are those that the models' ``clean`` follows, too; the database's constraints stay the last word.
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
    """Rows by what a file names them by; ``check`` adds those that a file brings."""

    rows: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def look(cls) -> Self:
        raise NotImplementedError

    def check(self, row: Any, before: Mapping[str, Any], errors: Errors) -> None:
        """Raise ValidationError with ``errors`` and what else is wrong with a row; know it as it is now otherwise.

        ``before`` are its values as they were, none for a new one.
        """
        # Whether a row that it refers to is there has been seen to.
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
    """Topics by slug, and who has which name (as ``topic_key`` compares them) or had which name or slug."""

    names: dict[str, Topic] = field(default_factory=dict)
    old_names: dict[str, Topic] = field(default_factory=dict)
    old_slugs: dict[str, Topic] = field(default_factory=dict)

    @classmethod
    def look(cls) -> Self:
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
        # Nothing stands below a new one, so that there is no way up to look along.
        above, seen = row.parent, set[int]()
        while not is_new and above is not None and above is not row and id(above) not in seen:
            seen.add(id(above))
            above = above.parent
        return above is row

    def add(self, row: Topic, before: Mapping[str, Any]) -> None:
        # As sync/old_names.py remembers it when the row is saved.
        key = topic_key(row.name)
        if before and topic_key(before["name"]) != key:
            self.names.pop(topic_key(before["name"]), None)
            self.old_names[topic_key(before["name"])] = row
        self.old_names.pop(key, None)
        self.rows[row.slug] = self.names[key] = row


@dataclass(slots=True)
class KnownProviders(KnownRows):
    """Providers by domain, and whose other domains there are."""

    aliases: dict[str, str] = field(default_factory=dict)

    @classmethod
    def look(cls) -> Self:
        aliases = ProviderAlias.objects.values_list("domain", "provider__name")
        return cls({provider.domain: provider for provider in Provider.objects.all()}, dict(aliases))

    def faults(self, row: Provider, before: Mapping[str, Any]) -> list[tuple[str, Any]]:
        if self.rows.get(row.domain, row) is not row:
            return [("domain", DOMAIN_TAKEN)]
        owner = self.aliases.get(row.domain)
        return [("domain", ANOTHER_DOMAIN % owner)] if owner else []

    def add(self, row: Provider, before: Mapping[str, Any]) -> None:
        self.rows[row.domain] = row
