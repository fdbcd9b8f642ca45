"""Imports the files of pins and of decisions about stories.

Changes by editors since the last import and changes of the file are merged item by item.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from articles.content.files import Content, SourceFile
from articles.content.parsing import Parsed
from articles.content.problems import Problem
from articles.content.reading import read_parsed
from articles.content.site_rules import missing_article
from articles.content.values import as_json
from articles.db.locks import writing
from articles.sync.data_files import StoredFile, forget_files, store_file, stored_files
from articles.sync.decisions import (
    DECISION_FILES,
    PINS,
    Decided,
    DecisionFile,
    Fields,
    Identity,
    Item,
    ids_of,
    items_of,
    resolved,
)
from articles.sync.imports.narrowing import narrowed_to

ProblemSink = Callable[[Problem], None]


def import_decisions(root: Path, files: Sequence[SourceFile], prune: bool, add_problem: ProblemSink) -> int:
    """Import the files of decisions; return how many could be read.

    The decisions of a missing file stay, like articles of missing files, unless ``prune`` removes them.
    """
    sources = {source.path: source for source in files}
    found = {}
    for file in DECISION_FILES:
        with narrowed_to(file.path, add_problem):
            if file.path in sources and (content := _read(file, sources[file.path], add_problem)):
                found[file] = content
    with writing():
        stored = stored_files([file.path for file in DECISION_FILES], root)
        for file in DECISION_FILES:
            if file in found:
                with narrowed_to(file.path, add_problem), transaction.atomic():
                    _take_file(file, sources[file.path], *found[file], stored.get(file.path), add_problem)
            # A file without a folder was only exported, perhaps elsewhere, and is not missing here.
            elif file.path not in sources and (before := stored.get(file.path)) and before.folder_id is not None:
                _report_missing(file, before, prune, add_problem)
    return len(found)


def _report_missing(file: DecisionFile, before: StoredFile, prune: bool, add_problem: ProblemSink) -> None:
    """Report a missing file; with ``prune``, remove its decisions."""
    end = "is taken back" if prune else "stays; --prune takes it back"
    add_problem(Problem(file.path, 0, "W407", f"the file has gone; what it decided {end}"))
    if prune:
        for decided in file.lists:
            _merge(decided, _base(file, decided, before), [], lambda item: None)
        forget_files([before])


def _read(file: DecisionFile, source: SourceFile, add_problem: ProblemSink) -> tuple[Content, Parsed[Any]] | None:
    """Return a file's content and what was parsed from it; None if it cannot be read."""
    found = read_parsed(source, file.parse)
    if isinstance(found, Problem):
        add_problem(found)
        return None
    for problem in found[1].problems:
        add_problem(problem)
    return found


def _take_file(
    file: DecisionFile,
    source: SourceFile,
    content: Content,
    parsed: Parsed[Any],
    stored: StoredFile | None,
    add_problem: ProblemSink,
) -> None:
    """Apply the changes of a valid file to the rows."""
    if parsed.record is None:
        return

    def conflict(item: Item | None) -> None:
        line = parsed.line_of(item.where) if item else 1
        message = "a decision was changed here and by an editor; the editor's stays"
        add_problem(Problem(file.path, line, "W408", message))

    waiting: dict[str, list[Any]] = {}
    for decided in file.lists:
        items = items_of(parsed, decided)
        # A file as an export wrote it has no changes.
        is_own = stored is not None and content.digest in stored.exported
        base = items if is_own else _base(file, decided, stored) if stored else []
        for item in _merge(decided, base, items, conflict):
            waiting.setdefault(decided.key, []).append(as_json(item.value))
            add_problem(parsed.problem(*missing_article(item.where)))
    store_file(source, content, stored, waiting)


def _base(file: DecisionFile, decided: Decided, stored: StoredFile) -> list[Item]:
    """Return the items that were applied when a file was last imported."""
    waiting = stored.waiting.get(decided.key, [])
    items = items_of(file.parse(file.path, stored.data), decided)
    return [item for item in items if as_json(item.value) not in waiting]


def _merge(
    decided: Decided, base: list[Item], theirs: list[Item], on_conflict: Callable[[Item | None], None]
) -> list[Item]:
    """Apply the changes of a file from ``base`` to ``theirs`` to the rows; return items whose articles do not exist yet."""
    ids = ids_of([*base, *theirs], decided)
    was = {identity: fields for identity, (_, fields) in resolved(decided, base, ids).items()}
    now, mine = resolved(decided, theirs, ids), decided.rows()
    # Deletions first: they may make room for new rows.
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


def _is_pinned(decided: Decided, new: Fields, mine: Mapping[Identity, Any], now: Mapping[Identity, Any]) -> bool:
    """Return whether an editor pinned the same article for an overlapping time."""
    return decided is PINS and any(
        own["article"] == new["article"] and own["starts"] < new["ends"] and new["starts"] < own["ends"]
        for identity, (_, own) in mine.items()
        if identity not in now
    )


def _set(decided: Decided, pk: int | None, fields: Fields | None) -> None:
    """Create, change or delete the row of a decision."""
    row = decided.model._default_manager.get(pk=pk) if pk else decided.model()
    if fields is None:
        if pk:
            row.delete()
        return
    for name in decided.fields:
        setattr(row, decided.column(name), fields[name])
    row.save()
