"""The names and other names of topics and providers in their own files; without a database, for imports and checks."""

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
    """The kind of a file: topics or providers.

    ``name_key`` is the field of the name, ``others_key`` that of other names; ``key`` returns what
    all spellings of a name have in common.
    """

    noun: str
    name_key: str
    others_key: str
    key: Callable[[str], str]

    def name(self, parsed: Parsed[Any]) -> str:
        """Return the name of the topic or provider of a valid file."""
        return str(getattr(parsed.record, self.name_key))

    def other_names(self, parsed: Parsed[Any]) -> Iterator[tuple[int, str]]:
        """Yield the other names in a file, with their indexes."""
        yield from enumerate(map(str, parsed.values.get(self.others_key) or []))

    def heirs(self, every: Iterable[Parsed[Any]]) -> dict[str, str]:
        """Return the names of topics or providers by the keys of the other names in their valid files."""
        return {
            self.key(other): self.name(parsed)
            for parsed in every
            if parsed.record is not None
            for _, other in self.other_names(parsed)
        }

    def heir(self, parsed: Parsed[Any], heirs: dict[str, str]) -> str | None:
        """Return the name of the topic or provider that a file's has been merged into, according to ``heirs``."""
        key = self.key(self.name(parsed))
        heir = heirs.get(key)
        return heir if heir is not None and self.key(heir) != key else None

    def merged_problem(self, parsed: Parsed[Any], heir: str) -> Problem:
        """Return the problem of a file whose topic or provider was merged into ``heir``."""
        message = f"{self.name(parsed)} is merged into {heir}, which is described elsewhere; this file is not used"
        return parsed.problem((self.name_key,), "N503", message)

    def taken_problem(self, parsed: Parsed[Any], where: tuple[str, int], name: str) -> Problem:
        """Return the problem of another name or old address in a file that is not free."""
        message = f"{name_of(where)}: {name} belongs to another {self.noun}; merge the two in the admin"
        return parsed.problem(where, "W413", message)


TOPICS = Kind("topic", "name", "otherNames", topic_key)
PROVIDERS = Kind("provider", "domain", "otherDomains", normal_domain)


def slug_for(name: str) -> str:
    """Return the slug for a topic of this name, not yet checked to be free."""
    return (slug_from(name.replace("+", " plus ").replace("#", " sharp ")) or "topic")[:90]


def numbered(wanted: str, taken: Container[str]) -> str:
    """Return a free slug, with a number if the wanted one is taken."""
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
