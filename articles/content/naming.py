"""What topics and providers are called in their own files, and what else they answer to. Pure, for imports and checks."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from articles.content.domains import normal_domain
from articles.content.identity import topic_key
from articles.content.layout import slug_from
from articles.content.parsing import Parsed
from articles.content.problems import Problem
from articles.content.validation import name_of


@dataclass(frozen=True, slots=True)
class Kind:
    """Files of topics, or those of providers.

    ``name_key`` is the key of what such a file describes, ``others_key`` that of its other names; ``key`` returns what
    all spellings of a name have in common.
    """

    noun: str
    name_key: str
    others_key: str
    key: Callable[[str], str]

    def name(self, parsed: Parsed[Any]) -> str:
        """Return the name of what a valid file describes."""
        return str(getattr(parsed.record, self.name_key))

    def other_names(self, parsed: Parsed[Any]) -> Iterator[tuple[int, str]]:
        """Yield the other names that a file gives, with their numbers."""
        yield from enumerate(map(str, parsed.values.get(self.others_key) or []))

    def heirs(self, every: Iterable[Parsed[Any]]) -> dict[str, str]:
        """Return, by the keys of other names, the names of those whose valid files give them."""
        return {
            self.key(other): self.name(parsed)
            for parsed in every
            if parsed.record is not None
            for _, other in self.other_names(parsed)
        }

    def heir(self, parsed: Parsed[Any], heirs: dict[str, str]) -> str | None:
        """Return the name of what a file's topic or provider has become part of, as another one of ``heirs`` says."""
        key = self.key(self.name(parsed))
        heir = heirs.get(key)
        return heir if heir is not None and self.key(heir) != key else None

    def merged_problem(self, parsed: Parsed[Any], heir: str) -> Problem:
        """Return the problem of a file of what has become part of ``heir``."""
        message = f"{self.name(parsed)} is merged into {heir}, which is described elsewhere; this file is not used"
        return parsed.problem((self.name_key,), "N503", message)

    def taken_problem(self, parsed: Parsed[Any], where: tuple[str, int], name: str) -> Problem:
        """Return the problem of another name or old address that a file gives, but that is not free."""
        message = f"{name_of(where)}: {name} belongs to another {self.noun}; merge the two in the admin"
        return parsed.problem(where, "W413", message)


TOPICS = Kind("topic", "name", "otherNames", topic_key)
PROVIDERS = Kind("provider", "domain", "otherDomains", normal_domain)


def slug_for(name: str) -> str:
    """Return the slug for a topic of this name, not yet checked to be free."""
    return (slug_from(name.replace("+", " plus ").replace("#", " sharp ")) or "topic")[:90]


def numbered(wanted: str, taken: Container[str]) -> str:
    """Return a slug, with a number behind it where others have it: C, C++ and C# get three."""
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
