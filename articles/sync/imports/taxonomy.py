"""What imports of topics and of providers have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from articles.content.files import Content, SourceFile
from articles.content.identity import own_images_of
from articles.content.naming import Kind, numbered, slug_for
from articles.content.parsing import Parsed
from articles.content.problems import Problem
from articles.content.reading import read_parsed
from articles.content.schema import AnyRecord
from articles.content.site_rules import image_problems
from articles.models import Provider, Topic, TopicAlias
from articles.sync.data_files import StoredFile, store_file, stored_files
from articles.sync.described import key_in_file, value_here
from articles.sync.imports.assets import Assets

ProblemSink = Callable[[Problem], None]
AnyRow = TypeVar("AnyRow", Topic, Provider)
# A file, its content, and what was parsed from it.
DataFile: TypeAlias = tuple[SourceFile, Content, Parsed[AnyRecord]]


def read_all(
    files: Sequence[SourceFile],
    parse: Callable[[str, bytes], Parsed[AnyRecord]],
    assets: Assets,
    add_problem: ProblemSink,
) -> list[DataFile[AnyRecord]]:
    """Read and parse files; this happens before the write lock is applied."""
    found = []
    for file in files:
        read = read_parsed(file, parse)
        if isinstance(read, Problem):
            add_problem(read)
            continue
        content, parsed = read
        for problem in parsed.problems:
            add_problem(problem)
        for image in own_images_of(parsed) if parsed.record else ():
            assets.copy(image.url)
        for problem in image_problems(parsed, assets):
            add_problem(problem)
        found.append((file, content, parsed))
    return found


def _with_before(
    files: Sequence[DataFile[AnyRecord]],
    parse: Callable[[str, bytes], Parsed[AnyRecord]],
    stored: Mapping[str, StoredFile],
) -> Iterable[tuple[SourceFile, Parsed[AnyRecord], Parsed[AnyRecord] | None]]:
    """Yield parsed files, each with its parsed content at the last import if that was different."""
    for file, content, parsed in files:
        before = stored.get(file.path)
        if parsed.record is not None:
            store_file(file, content, before)
        # A file as an export wrote it has no changes.
        is_changed = before is not None and not before.knows(content.digest)
        yield file, parsed, parse(file.path, before.data) if before and is_changed else None


@dataclass(frozen=True, slots=True)
class Described(Generic[AnyRow, AnyRecord]):
    """A row and the file that describes it, parsed now and, if it has changed, as at the last import."""

    row: AnyRow
    found: Parsed[AnyRecord]
    before: Parsed[AnyRecord] | None
    is_known: bool


class Descriptions(ABC, Generic[AnyRow, AnyRecord]):
    """Applies the files of one kind to the rows that they describe.

    ``by_key`` are rows by the keys of their names, ``aliases`` by those of names that they had, and ``by_path`` by the
    paths of their files.
    """

    kind: Kind

    def __init__(self, add_problem: ProblemSink) -> None:
        self.add_problem = add_problem
        self.by_key: dict[str, AnyRow] = {}
        self.by_path: dict[str | None, AnyRow] = {}
        self.aliases: dict[str, AnyRow] = {}

    @abstractmethod
    def parse(self, path: str, data: bytes) -> Parsed[AnyRecord]: ...

    @abstractmethod
    def find_rows(self, every: Sequence[Parsed[AnyRecord]]) -> None:
        """Look up the rows that valid files may describe."""

    @abstractmethod
    def new_row(self, path: str, record: AnyRecord) -> AnyRow:
        """Return the row for a name that no row has or had."""

    @abstractmethod
    def values_in(self, found: Parsed[AnyRecord]) -> dict[str, Any]:
        """Return the values in a file, by field."""

    @abstractmethod
    def stated_in(self, found: Parsed[AnyRecord]) -> dict[str, Any]:
        """Return the values that a file states, by field: what it leaves open is none."""

    @abstractmethod
    def save(self, row: AnyRow, found: Parsed[AnyRecord], record: AnyRecord, conflicts: dict[str, Any]) -> None: ...

    @abstractmethod
    def apply_names(self, described: Described[AnyRow, AnyRecord]) -> None:
        """Add the other names that are new in a row's file, unless another row has them; remove those that are gone."""

    def apply(self, files: Sequence[DataFile[AnyRecord]]) -> list[Described[AnyRow, AnyRecord]]:
        """Save the values of files to the rows that they describe; report and skip files of merged rows."""
        stored = stored_files([file.path for file, _, _ in files], files[0][0].root if files else None)
        parsed = list(_with_before(files, self.parse, stored))
        self.find_rows([found for _, found, _ in parsed if found.record is not None])
        heirs = self.kind.heirs(found for _, found, _ in parsed)
        applied = []
        for file, found, before in parsed:
            if found.record is None:
                continue
            if heir := self.heir(file.path, found, heirs):
                self.add_problem(self.kind.merged_problem(found, heir))
                continue
            row = self.row_of(file.path, found, found.record)
            values, old = self.stated_in(found), self.values_in(before) if before else None
            self.save(row, found, found.record, conflicts_of(row, found, values, old, self.add_problem))
            applied.append(Described(row, found, before, file.path in stored))
        # After all rows exist: no other name may be the name of a row.
        for each in applied:
            self.apply_names(each)
        return applied

    def heir(self, path: str, found: Parsed[AnyRecord], heirs: dict[str, str]) -> str | None:
        """Return the name of what a file's topic or provider was merged into, unless this file describes that."""
        key = self.kind.key(self.kind.name(found))
        if key in self.by_key:
            return None
        described, heir = self.by_path.get(path), self.aliases.get(key)
        if heir is not None and (described is None or described.pk != heir.pk):
            return self.kind.heir(found, heirs) or str(getattr(heir, self.kind.name_key))
        return self.kind.heir(found, heirs)

    def row_of(self, path: str, found: Parsed[AnyRecord], record: AnyRecord) -> AnyRow:
        """Return the row that a file describes; remove its path from the row that it described before."""
        key = self.kind.key(self.kind.name(found))
        row = self.by_key.get(key) or self.aliases.get(key) or self.new_row(path, record)
        self.by_key[key] = row
        described = self.by_path.get(path)
        if described is not None and described.pk != row.pk:
            type(described)._default_manager.filter(pk=described.pk).update(source_path=None, conflicts={})
        return row


def changes_of_list(
    key: str, found: Parsed[Any], before: Parsed[Any] | None, is_known: bool
) -> tuple[list[tuple[int, str]], list[str]]:
    """Return the items added to a list in a file since the last import, with their indexes, and those removed."""
    now = list(enumerate(map(str, found.values.get(key) or [])))
    if before is None:
        # The file is unchanged, or new.
        return ([], []) if is_known else (now, [])
    old = [str(each) for each in before.values.get(key) or []]
    texts = [text for _, text in now]
    return [(at, text) for at, text in now if text not in old], [text for text in old if text not in texts]


def conflicts_of(
    row: Topic | Provider,
    found: Parsed[Any],
    values: dict[str, Any],
    before: dict[str, Any] | None,
    add_problem: ProblemSink,
) -> dict[str, Any]:
    """Return the file's values of the fields that it and an editor changed differently, and report new ones.

    The editor's values stay. ``before`` has the values of the last import, unless the file is still the same.
    """
    conflicts = {}
    for name in sorted(row.edited):
        if name not in values or values[name] == value_here(row, name):
            continue
        is_new = before is not None and before.get(name) != values[name]
        if is_new or name in row.conflicts:
            conflicts[name] = values[name]
        if is_new:
            key = key_in_file(name)
            message = f"{key} was changed here and by an editor; the editor's stays until someone chooses"
            add_problem(Problem(found.path, found.line_of((key,)), "W408", message))
    return conflicts


def save_changes(row: Topic | Provider, values: dict[str, Any], described: dict[str, Any]) -> None:
    """Save the values of a file, except for fields in which an editor's value differs from the ``described`` one."""
    edited = [name for name in row.edited if name not in described or getattr(row, name) != described[name]]
    changed = {name: value for name, value in values.items() if name not in edited and getattr(row, name) != value}
    if edited != row.edited:
        changed["edited"] = edited
    for name, value in changed.items():
        setattr(row, name, value)
    if changed or row.pk is None:
        row.save()


def free_slug(name: str) -> str:
    """Return a slug that no other topic has or had; C, C++ and C# get different ones."""
    wanted = slug_for(name)
    models: tuple[type[Topic | TopicAlias], ...] = (Topic, TopicAlias)
    slugs = [model._default_manager.filter(slug__startswith=wanted).order_by().values_list("slug") for model in models]
    applied = {str(slug) for (slug,) in slugs[0].union(slugs[1])}
    return numbered(wanted, applied)
