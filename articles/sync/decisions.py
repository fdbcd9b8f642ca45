"""Editors' pins and decisions about stories and threads: lists in three files of a site, and rows of six tables.

An item of a list and a row are the same decision if they agree in their identifying fields.
``imports/decision_files.py`` applies items to rows, ``exports/decision_items.py`` writes rows to the files.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from articles.content.identity import named_address, site_address
from articles.content.layout import PINS_FILE, STORIES_FILE, THREADS_FILE
from articles.content.parsing import Parsed, parse_pins, parse_stories, parse_threads
from articles.content.problems import Problem
from articles.content.site_rules import is_complete
from articles.content.yaml.reader import Where
from articles.models import Article, Pin, StoryComparison, StoryDecision, StoryLead, ThreadDecision, ThreadName
from articles.sync.related_entries import holders

ProblemSink = Callable[[Problem], None]
Fields = dict[str, Any]  # of an item or a row, articles by id
Identity = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A list of decisions: its ``key`` in the file, the model of its rows, and their fields.

    ``identity`` are the fields that identify a decision, ``articles`` those that name articles.
    """

    key: str
    model: type[Model]
    identity: tuple[str, ...]
    others: tuple[str, ...]
    articles: tuple[str, ...] = ("article",)

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.identity, *self.others)

    def identities(self, every: Iterable[Fields]) -> list[Identity]:
        """Return the identities of decisions; equal ones get different numbers, so that none is lost."""
        counts: Counter[Identity] = Counter()
        found = []
        for fields in every:
            identity = tuple(fields[name] for name in self.identity)
            counts[identity] += 1
            found.append((*identity, counts[identity]))
        return found

    def column(self, name: str) -> str:
        return f"{name}_id" if name in self.articles else name

    def rows(self) -> dict[Identity, tuple[int, Fields]]:
        """Return the id and fields of each row by its identity, in the order in which they were created."""
        columns = [self.column(name) for name in self.fields]
        rows = self.model._default_manager.order_by("pk").values_list("pk", *columns)
        every = [(pk, dict(zip(self.fields, values, strict=True))) for pk, *values in rows]
        return dict(zip(self.identities(fields for _, fields in every), every, strict=True))


PINS = Decided("pins", Pin, ("article", "starts"), ("place", "ends", "reason"))
DECISIONS = Decided("decisions", StoryDecision, ("article",), ("joins", "keeps_links", "reason"), ("article", "joins"))
LEADS = Decided("leads", StoryLead, ("article",), ("reason",))
COMPARED = Decided("compared", StoryComparison, ("article", "other"), ("same",), ("article", "other"))
THREADS = Decided(
    "decisions", ThreadDecision, ("article",), ("joins", "apart", "begins", "reason"), ("article", "joins")
)
NAMES = Decided("names", ThreadName, ("article",), ("name", "reason"))


@dataclass(frozen=True, slots=True)
class DecisionFile:
    path: str
    parse: Callable[[str, bytes], Parsed[Any]]
    lists: tuple[Decided, ...]


DECISION_FILES = (
    DecisionFile(PINS_FILE, parse_pins, (PINS,)),
    DecisionFile(STORIES_FILE, parse_stories, (DECISIONS, LEADS, COMPARED)),
    DecisionFile(THREADS_FILE, parse_threads, (THREADS, NAMES)),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A decision in a file: its plain value, its fields with articles by name, and its path in the file."""

    value: dict[str, Any]
    fields: Fields
    where: Where

    def resolved(self, decided: Decided, ids: Mapping[str, int]) -> Fields | None:
        """Return the fields with the articles' ids; None if one does not exist, or if both are the same."""
        names = {field: name for field in decided.articles if (name := self.fields[field])}
        found = {field: ids[name] for field, name in names.items() if name in ids}
        return self.fields | found if is_complete(list(names.values()), ids) else None


def items_of(parsed: Parsed[Any], decided: Decided) -> list[Item]:
    """Return the items of one list of a valid file."""
    values, records = parsed.values.get(decided.key) or [], getattr(parsed.record, decided.key)
    return [
        Item(value, {name: getattr(record, name) for name in decided.fields}, (decided.key, index))
        for index, (value, record) in enumerate(zip(values, records, strict=True))
    ]


def ids_of(items: Sequence[Item], decided: Decided) -> dict[str, int]:
    """Return the ids of the articles that items name by path, or by address here or at their provider."""
    names = {name for item in items for field in decided.articles if (name := item.fields[field])}
    paths = Article.objects.filter(source_path__among=names) if names else Article.objects.none()
    found = holders(names) | {str(path): pk for path, pk in paths.values_list("source_path", "pk")}
    # A renamed file is still found: its article kept the address that the old name gave it.
    addresses = {name: at for name in names - found.keys() if (at := site_address(name) or named_address(name))}
    days = {date for date, _ in addresses.values()}
    known = Article.objects.filter(date__among=days, is_reference=False).values_list("date", "slug", "pk")
    ids = {(date, slug): pk for date, slug, pk in known}
    return found | {name: ids[at] for name, at in addresses.items() if at in ids}


def resolved(decided: Decided, items: list[Item], ids: Mapping[str, int]) -> dict[Identity, tuple[Item, Fields]]:
    """Return the items whose articles exist, with their fields, by identity."""
    found = [(item, fields) for item in items if (fields := item.resolved(decided, ids))]
    return dict(zip(decided.identities(fields for _, fields in found), found, strict=True))
