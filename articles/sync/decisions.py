"""Editors' pins and their decisions about stories: lists in two files of a site, and rows of two tables.

An item and a row are the same decision when they agree in some fields. What was decided here since the file
was imported last, and what has changed in the file, is merged item by item.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model
from pydantic.alias_generators import to_camel

from articles.content.files import Content, SourceFile, read
from articles.content.identity import named_address, site_address
from articles.content.layout import PINS_FILE, STORIES_FILE
from articles.content.parsing import Parsed, parse_pins, parse_stories
from articles.content.problems import Problem
from articles.content.values import as_json
from articles.content.yaml.reader import Where
from articles.db.locks import writing
from articles.models import Article, Pin, StoryDecision, StoryLead
from articles.sync.data_files import Kept, forget_texts, keep_file, kept_texts
from articles.sync.imports.narrowing import narrowed_to
from articles.sync.related_entries import holders

ProblemSink = Callable[[Problem], None]
Fields = dict[str, Any]  # of an item or a row, articles by id
Identity = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A list of decisions: the ``key`` it has in its file, the model of its rows, and their fields.

    ``identity`` are the fields that tell one decision from another, ``articles`` those that name articles.
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
        """Return what tells decisions from each other: equal ones are numbered, so that none is lost."""
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
        """Return the ids and fields of all rows, in the order in which they were made."""
        columns = [self.column(name) for name in self.fields]
        rows = self.model._default_manager.order_by("pk").values_list("pk", *columns)
        every = [(pk, dict(zip(self.fields, values, strict=True))) for pk, *values in rows]
        return dict(zip(self.identities(fields for _, fields in every), every, strict=True))


PINS = Decided("pins", Pin, ("article", "starts"), ("place", "ends", "reason"))
DECISIONS = Decided("decisions", StoryDecision, ("article",), ("joins", "keeps_links", "reason"), ("article", "joins"))
LEADS = Decided("leads", StoryLead, ("article",), ("reason",))


@dataclass(frozen=True, slots=True)
class DecisionFile:
    path: str
    parse: Callable[[str, bytes], Parsed[Any]]
    lists: tuple[Decided, ...]


# In which people would write the keys of an item.
ORDER = ("article", "place", "starts", "ends", "joins", "keeps_links", "reason")

DECISION_FILES = (
    DecisionFile(PINS_FILE, parse_pins, (PINS,)),
    DecisionFile(STORIES_FILE, parse_stories, (DECISIONS, LEADS)),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A decision as a file has it: its plain value, and its fields with articles as they are named there."""

    value: dict[str, Any]
    fields: Fields
    where: Where

    def resolved(self, decided: Decided, ids: Mapping[str, int]) -> Fields | None:
        """Return the fields with the articles' ids, or None when one is not there, or none but the other."""
        names = {field: name for field in decided.articles if (name := self.fields[field])}
        found = {field: ids[name] for field, name in names.items() if name in ids}
        return self.fields | found if len(set(found.values())) == len(names) else None


def items_of(parsed: Parsed[Any], decided: Decided) -> list[Item]:
    """Return the items of one list of a valid file."""
    values, records = parsed.values.get(decided.key) or [], getattr(parsed.record, decided.key)
    return [
        Item(value, {name: getattr(record, name) for name in decided.fields}, (decided.key, index))
        for index, (value, record) in enumerate(zip(values, records, strict=True))
    ]


def ids_of(items: Sequence[Item], decided: Decided) -> dict[str, int]:
    """Return the ids of the articles that items name, by path or else by address, here or at their provider."""
    names = {name for item in items for field in decided.articles if (name := item.fields[field])}
    paths = Article.objects.filter(source_path__among=names) if names else Article.objects.none()
    found = holders(names) | {str(path): pk for path, pk in paths.values_list("source_path", "pk")}
    # A file that was renamed has left its address to its article.
    addresses = {name: at for name in names - found.keys() if (at := site_address(name) or named_address(name))}
    days = {date for date, _ in addresses.values()}
    known = Article.objects.filter(date__among=days, is_reference=False).values_list("date", "slug", "pk")
    ids = {(date, slug): pk for date, slug, pk in known}
    return found | {name: ids[at] for name, at in addresses.items() if at in ids}


def import_decisions(root: Path, files: Sequence[SourceFile], prune: bool, add_problem: ProblemSink) -> int:
    """Bring in the files of decisions; return how many could be read.

    What a file decided that has gone stays, as an article does, until that is to be taken back: ``prune``.
    """
    sources = {source.path: source for source in files}
    found = {}
    for file in DECISION_FILES:
        with narrowed_to(file.path, add_problem):
            if file.path in sources and (content := _read(file, sources[file.path], add_problem)):
                found[file] = content
    with writing():
        kept = kept_texts([file.path for file in DECISION_FILES], root)
        for file in DECISION_FILES:
            if file in found:
                with narrowed_to(file.path, add_problem), transaction.atomic():
                    _take_file(file, sources[file.path], *found[file], kept.get(file.path), add_problem)
            # What only an export wrote, perhaps elsewhere, was never in this folder to go.
            elif file.path not in sources and (before := kept.get(file.path)) and before.folder_id is not None:
                _miss(file, before, prune, add_problem)
    return len(found)


def _miss(file: DecisionFile, before: Kept, prune: bool, add_problem: ProblemSink) -> None:
    """Name a file that has gone; take back what it decided, if that is to be."""
    end = "is taken back" if prune else "stays; --prune takes it back"
    add_problem(Problem(file.path, 1, "W407", f"the file has gone; what it decided {end}"))
    if prune:
        for decided in file.lists:
            _merge(decided, _base(file, decided, before), [], lambda item: None)
        forget_texts([before])


def _read(file: DecisionFile, source: SourceFile, add_problem: ProblemSink) -> tuple[Content, Parsed[Any]] | None:
    """Return a file as it was read, and what it says; None when it cannot be read."""
    content = read(source)
    if isinstance(content, Problem):
        add_problem(content)
        return None
    parsed = file.parse(file.path, content.data)
    for problem in parsed.problems:
        add_problem(problem)
    return content, parsed


def _take_file(
    file: DecisionFile,
    source: SourceFile,
    content: Content,
    parsed: Parsed[Any],
    kept: Kept | None,
    add_problem: ProblemSink,
) -> None:
    """Bring what a valid file has decided anew to the rows."""
    if parsed.record is None:
        return

    def conflict(item: Item | None) -> None:
        line = parsed.line_of(item.where) if item else 1
        message = "a decision was changed here and by an editor; the editor's stays"
        add_problem(Problem(file.path, line, "W408", message))

    waiting: dict[str, list[Any]] = {}
    for decided in file.lists:
        items = items_of(parsed, decided)
        # What an export wrote is no news.
        is_own = kept is not None and content.digest in kept.exported
        base = items if is_own else _base(file, decided, kept) if kept else []
        for item in _merge(decided, base, items, conflict):
            waiting.setdefault(decided.key, []).append(as_json(item.value))
            message = f"{decided.key}[{int(item.where[1]) + 1}] names an article that is not there"
            add_problem(Problem(file.path, parsed.line_of(item.where), "W409", message))
    keep_file(source, content, kept, waiting)


def _base(file: DecisionFile, decided: Decided, kept: Kept) -> list[Item]:
    """Return the items that were taken from a file when it was imported last."""
    waiting = kept.waiting.get(decided.key, [])
    items = items_of(file.parse(file.path, kept.data), decided)
    return [item for item in items if as_json(item.value) not in waiting]


def _merge(
    decided: Decided, base: list[Item], theirs: list[Item], on_conflict: Callable[[Item | None], None]
) -> list[Item]:
    """Bring the changes of a file from ``base`` to ``theirs`` to the rows; return the items that have to wait."""
    ids = ids_of([*base, *theirs], decided)
    was = {identity: fields for identity, (_, fields) in _resolved(decided, base, ids).items()}
    now, mine = _resolved(decided, theirs, ids), decided.rows()
    # What has gone, first: it may make room for what has come.
    for identity in [*(gone for gone in was if gone not in now), *now]:
        item, new = now.get(identity, (None, None))
        pk, own = mine.get(identity, (None, None))
        old = was.get(identity)
        if new in (old, own):
            continue
        if own != old or (own is None and new is not None and _is_pinned(decided, new, mine, now)):
            on_conflict(item)
        else:
            _set(decided, pk, new)
            mine.pop(identity, None)
    return [item for item in theirs if not item.resolved(decided, ids)]


def _resolved(decided: Decided, items: list[Item], ids: Mapping[str, int]) -> dict[Identity, tuple[Item, Fields]]:
    found = [(item, fields) for item in items if (fields := item.resolved(decided, ids))]
    return dict(zip(decided.identities(fields for _, fields in found), found, strict=True))


def _is_pinned(decided: Decided, new: Fields, mine: Mapping[Identity, Any], now: Mapping[Identity, Any]) -> bool:
    """Return whether an editor pinned the same article, for a time that a pin of the file would share."""
    return decided is PINS and any(
        own["article"] == new["article"] and own["starts"] < new["ends"] and new["starts"] < own["ends"]
        for identity, (_, own) in mine.items()
        if identity not in now
    )


def _set(decided: Decided, pk: int | None, fields: Fields | None) -> None:
    """Make, change or delete the row of a decision."""
    row = decided.model._default_manager.get(pk=pk) if pk else decided.model()
    if fields is None:
        if pk:
            row.delete()
        return
    for name in decided.fields:
        setattr(row, decided.column(name), fields[name])
    row.save()


# -- Outward --------------------------------------------------------------------


def wanted_items(
    decided: Decided, items: list[Item], waiting: list[Any], names: Callable[[set[int]], Mapping[int, str]]
) -> list[dict[str, Any]]:
    """Return the items that a list is to have: those there that still hold or wait, and new ones behind them.

    ``names`` gives the names of articles, by id.
    """
    rows = {identity: fields for identity, (_, fields) in decided.rows().items()}
    ids = ids_of(items, decided)
    identities = {id(item): identity for identity, (item, _) in _resolved(decided, items, ids).items()}
    found = names({fields[name] for fields in rows.values() for name in decided.articles if fields[name]})
    wanted: list[dict[str, Any] | None] = []
    for item in items:
        row = rows.pop(identities[id(item)], None) if id(item) in identities else None
        if (row is not None and row == item.resolved(decided, ids)) or as_json(item.value) in waiting:
            wanted.append(item.value)
        elif row is not None:
            # An article that it goes on naming is named as it was.
            said = {ids[name]: name for at in decided.articles if (name := item.fields[at]) in ids}
            wanted.append(_value(decided, row, {**found, **said}, item))
    wanted += [_value(decided, row, found) for row in rows.values()]
    return [value for value in wanted if value is not None]


def _value(
    decided: Decided, fields: Fields, names: Mapping[int, str], item: Item | None = None
) -> dict[str, Any] | None:
    """Return what a file is to say of a decision, in place of an ``item`` that is there, whose unknown keys stay.

    None for one about an article that has no name outside: a draft.
    """
    said = dict(fields)
    for name in decided.articles:
        if said[name] is not None and (said := said | {name: names.get(said[name])})[name] is None:
            return None
    known = {to_camel(name) for name in decided.fields}
    extra = {key: value for key, value in item.value.items() if key not in known} if item else {}
    order = [name for name in ORDER if name in said]
    return {to_camel(name): said[name] for name in order if said[name] not in (None, "", False)} | extra
