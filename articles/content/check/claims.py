"""Finds names and addresses of topics or providers that several files of a site claim."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from articles.content.naming import Kind, numbered, slug_for
from articles.content.parsing import Parsed
from articles.content.problems import Problem
from articles.content.schema import TopicRecord
from articles.content.site_rules import created_topic, topic_below_itself


@dataclass(slots=True)
class Claims:
    """The names that an import of all files of one kind into an empty database would create.

    ``names`` are the keys of the topics or providers; ``others`` has the keys of their other names, ``slugs`` the
    addresses of topics, including old ones, each with the key that it refers to.
    """

    kind: Kind
    used: list[Parsed[Any]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    others: dict[str, str] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)

    def meant(self, name: str) -> str:
        """Return the key of the topic or provider that a name refers to."""
        key = self.kind.key(name)
        return key if key in self.names else self.others.get(key, key)

    def add(self, name: str) -> bool:
        """Add a name that may have no file; return whether it is new."""
        is_new = self.meant(name) not in self.names
        self.names.add(self.meant(name))
        return is_new

    def problems(self, every: Iterable[Parsed[Any]]) -> Iterator[Problem]:
        """Add the names of files; yield the problems of names that other files claim, too."""
        valid = [parsed for parsed in every if parsed.record is not None]
        heirs = self.kind.heirs(valid)
        for parsed in valid:
            key = self.kind.key(self.kind.name(parsed))
            if key not in self.names and (heir := self.kind.heir(parsed, heirs)):
                yield self.kind.merged_problem(parsed, heir)
                continue
            self.used.append(parsed)
            if key not in self.names and isinstance(parsed.record, TopicRecord):
                self.slugs[numbered(slug_for(parsed.record.id or parsed.record.name), self.slugs)] = key
            self.names.add(key)
        # After all names are known: no other name may be one of them.
        for parsed in self.used:
            yield from self.taken(parsed)

    def taken(self, parsed: Parsed[Any]) -> Iterator[Problem]:
        """Add the other names and old addresses of a file; yield those that are not free."""
        own = self.kind.key(self.kind.name(parsed))
        for index, name in self.kind.other_names(parsed):
            key = self.kind.key(name)
            owner = key if key in self.names else self.others.setdefault(key, own)
            if owner != own:
                yield self.kind.taken_problem(parsed, (self.kind.others_key, index), name)
        for index, slug in enumerate(parsed.record.old_slugs if isinstance(parsed.record, TopicRecord) else ()):
            if self.slugs.setdefault(slug, own) != own:
                yield self.kind.taken_problem(parsed, ("oldSlugs", index), slug)


def parent_problems(topics: Claims) -> Iterator[Problem]:
    """Yield the problems of parents without a file, which are added as topics, and of topics below themselves."""
    parents: dict[str, str] = {}
    for parsed in topics.used:
        name = topics.kind.name(parsed)
        key, parent = topics.kind.key(name), getattr(parsed.record, "parent", None)
        parents.pop(key, None)
        if parent is None:
            continue
        if topics.add(parent):
            yield parsed.problem(*created_topic(("parent",), parent))
        if key in _upwards(parents, topics.meant(parent)):
            yield parsed.problem(*topic_below_itself(name))
        else:
            parents[key] = topics.meant(parent)


def _upwards(parents: dict[str, str], key: str | None) -> Iterator[str]:
    while key is not None:
        yield key
        key = parents.get(key)
