"""Parses the bytes of a file into a typed record, and finds every problem with its line."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Generic

from articles.content.decision_schema import AddressesRecord, PinsRecord, StoriesRecord, ThreadsRecord, VocabularyRecord
from articles.content.dialects.dialect import ADDRESS_KEYS, HOUSE, KEYS, Dialect
from articles.content.dialects.mending import leave_out
from articles.content.dialects.translation import (
    NOTHING_KNOWN,
    UNTRANSLATED,
    Surroundings,
    Translated,
    translate,
)
from articles.content.entries import PLACEHOLDER, Cut, Entry, cut_list, entry_from, parse_entry
from articles.content.formats import load_document
from articles.content.frontmatter import Document, split, split_or_body
from articles.content.layout import may_lack_front_matter
from articles.content.limits import MAX_RELATED
from articles.content.problems import Level, Problem
from articles.content.schema import (
    AnyRecord,
    ArticleRecord,
    OrganizationRecord,
    TopicRecord,
)
from articles.content.validation import InvalidError, validate
from articles.content.warnings import entry_oddities, oddities, repeated_entries, suspect_texts
from articles.content.yaml.characters import is_suspect
from articles.content.yaml.reader import FrontMatterError, Loaded, Where, load


@dataclass(frozen=True, slots=True)
class Parsed(Generic[AnyRecord]):
    """A parsed file.

    ``record`` is None if the file has an error. ``values`` are the plain values in the file's order, ``entries`` those
    of its related list, and ``problems`` are in the order of lines.
    """

    path: str
    record: AnyRecord | None
    values: dict[str, Any]
    entries: tuple[Entry, ...]
    document: Document
    problems: tuple[Problem, ...]
    translated: Translated = UNTRANSLATED
    dialect: Dialect = HOUSE

    @property
    def body(self) -> str:
        return self.document.body

    def line_of(self, where: Where) -> int:
        """Return the line of a value in the file, from 1. This parses the front matter again: use it for problems only."""
        lines = load_document(self.document, with_lines=True, lenient=not self.dialect.is_house)
        return lines.line_of(self.translated.place(where)) + self.document.first_line - 1

    def problem(self, where: Where, code: str, message: str) -> Problem:
        """Return the problem of a value in the file, with its line."""
        return Problem(self.path, self.line_of(where), code, message)


def parse_article(
    path: str, data: bytes, now: dt.datetime, dialect: Dialect = HOUSE, around: Surroundings = NOTHING_KNOWN
) -> Parsed[ArticleRecord]:
    """Parse an article file of a site in a ``dialect``; later dates than ``now`` get a warning.

    A file that may lack front matter, such as a README, is not an article without it, and not a problem either.
    """
    return _Parser(path, now, dialect=dialect, around=around).parse(data, ArticleRecord)


def parse_organization(path: str, data: bytes) -> Parsed[OrganizationRecord]:
    """Parse a provider's file from ``_data/organizations``."""
    return _Parser(path).parse(data, OrganizationRecord)


def parse_topic(path: str, data: bytes) -> Parsed[TopicRecord]:
    """Parse a topic's file from ``_data/topics``, which is plain YAML."""
    return _Parser(path, is_plain=True).parse(data, TopicRecord)


def parse_pins(path: str, data: bytes) -> Parsed[PinsRecord]:
    """Parse ``_data/pins.yaml``."""
    return _Parser(path, is_plain=True).parse(data, PinsRecord)


def parse_stories(path: str, data: bytes) -> Parsed[StoriesRecord]:
    """Parse ``_data/stories.yaml``."""
    return _Parser(path, is_plain=True).parse(data, StoriesRecord)


def parse_threads(path: str, data: bytes) -> Parsed[ThreadsRecord]:
    """Parse ``_data/threads.yaml``."""
    return _Parser(path, is_plain=True).parse(data, ThreadsRecord)


def parse_addresses(path: str, data: bytes) -> Parsed[AddressesRecord]:
    """Parse ``_data/story-addresses.yaml`` or ``_data/thread-addresses.yaml``."""
    return _Parser(path, is_plain=True).parse(data, AddressesRecord)


def parse_vocabulary(path: str, data: bytes) -> Parsed[VocabularyRecord]:
    """Parse ``_data/story-vocabulary.yaml``."""
    return _Parser(path, is_plain=True).parse(data, VocabularyRecord)


def line_in(data: bytes, where: Where) -> int:
    """Return the line of a value in a file, from 1; raise FrontMatterError if it cannot be read."""
    document = split(data.decode("utf-8"))
    return _line_of(load_document(document, with_lines=True, lenient=True), where) + document.first_line - 1


def _line_of(loaded: Loaded, where: Where) -> int:
    """Return the line of a value under the house's key, or under the first of those that mean the same elsewhere."""
    for name in KEYS.get(str(where[0]), ()) if where and where[:1] not in loaded.lines else ():
        if (name,) in loaded.lines:
            return loaded.line_of((name, *where[1:]))
    return loaded.line_of(where)


def address_in(data: bytes) -> tuple[str, int]:
    """Return the key, and its line, of the piece's address at its provider; raise FrontMatterError as ``line_in``."""
    document = split(data.decode("utf-8"))
    loaded = load_document(document, with_lines=True, lenient=True)
    values = loaded.value if isinstance(loaded.value, dict) else {}
    key = next((key for key in ("webUrl", *ADDRESS_KEYS) if values.get(key)), "originalUrl")
    return key, loaded.line_of((key,)) + document.first_line - 1


class _Parser:
    """Parses one file, collecting its problems."""

    def __init__(
        self,
        path: str,
        now: dt.datetime | None = None,
        is_plain: bool = False,
        dialect: Dialect = HOUSE,
        around: Surroundings = NOTHING_KNOWN,
    ) -> None:
        self.path = path
        self.dialect = dialect
        self.around = around
        self.translated = UNTRANSLATED
        self.now = now
        self.is_plain = is_plain
        self.document = Document("", "", "", "")
        self.values: dict[str, Any] = {}
        self.entries: tuple[Entry, ...] = ()
        self.cut: Cut | None = None
        self.problems: list[Problem] = []

    def parse(self, data: bytes, record_type: type[AnyRecord]) -> Parsed[AnyRecord]:
        record = None
        try:
            self.document = self.split(data)
            self.check_body()
            record = self.record(record_type)
        except FrontMatterError as error:
            if error.code != "E201" or record_type is not ArticleRecord or not may_lack_front_matter(self.path):
                self.add(error.line, error.code, error.message)
        except UnicodeDecodeError as error:
            self.add(data.count(b"\n", 0, error.start) + 1, "E103", f"not valid UTF-8: byte {data[error.start]:#04x}")
        if any(problem.level is Level.ERROR for problem in self.problems):
            record = None
        if record is None:
            self.entries = ()
        self.add_repeated()
        problems = tuple(sorted(self.problems))
        return Parsed(
            self.path, record, self.values, self.entries, self.document, problems, self.translated, self.dialect
        )

    def split(self, data: bytes) -> Document:
        text = data.decode("utf-8")
        if self.is_plain:
            return Document("", text.removeprefix("\ufeff"), "", "")
        # Notes often have none; their names and headings say enough.
        if self.dialect.is_house or may_lack_front_matter(self.path):
            return split(text)
        document = split_or_body(text)
        if not document.closing and document.format == "yaml":
            self.add(1, "W416", "has no front matter; the title and date come from its text and name")
        return document

    def record(self, record_type: type[AnyRecord]) -> AnyRecord | None:
        is_cut = record_type is ArticleRecord and self.dialect.is_house and self.document.format == "yaml"
        cut = cut_list(self.document.front_matter) if is_cut else None
        if cut and self.take_cut(cut):
            return self.validated(record_type)
        loaded = self.load()
        for fault in loaded.faults:
            self.add(fault.line + self.document.first_line - 1, fault.code, fault.message)
        if not isinstance(loaded.value, dict):
            self.add(self.document.first_line, "E210", "the front matter must be keys with values")
            return None
        self.values = loaded.value
        if not self.dialect.is_house:
            self.translate()
        self.check_texts()
        record = self.validated(record_type)
        if isinstance(record, ArticleRecord):
            self.take_related(record)
        return record

    def load(self) -> Loaded:
        try:
            return load_document(self.document, lenient=not self.dialect.is_house)
        except FrontMatterError as error:
            line = error.line + self.document.first_line - 1
            raise FrontMatterError(line, error.code, error.message) from None

    def translate(self) -> None:
        self.translated = translate(
            self.values, self.document.body, self.path, self.around, self.dialect, self.now or dt.datetime.now(dt.UTC)
        )
        self.values = self.translated.values
        self.add_all([((key,) if key else (), code, message) for key, code, message in self.translated.findings])

    def take_cut(self, cut: Cut) -> bool:
        """Read the values of a file that was cut in two; return whether that worked.

        If the cut went through a quoted text, there are entries that cannot be read, or no placeholder.
        """
        if len(cut.texts) > MAX_RELATED or is_suspect(cut.rest):
            return False
        entries = [entry for text in cut.texts if (entry := parse_entry(text))]
        try:
            loaded = load(cut.rest)
        except FrontMatterError:
            return False
        is_whole = len(entries) == len(cut.texts) and not loaded.faults and isinstance(loaded.value, dict)
        if not is_whole or loaded.value.pop("related", None) != PLACEHOLDER:
            return False
        self.values, self.entries, self.cut = loaded.value, tuple(entries), cut
        if "\\" in cut.rest:
            self.add_all(list(suspect_texts(self.values)))
        return True

    def take_related(self, record: ArticleRecord) -> None:
        """Make the entries of a file that was loaded as a whole."""
        related = self.values.get("related") or []
        for index, (entry, values) in enumerate(zip(record.related, related, strict=True)):
            self.add_all(list(entry_oddities(("related", index), values, entry, self.dialect.zone)))
        self.entries = tuple(entry_from(entry, values) for entry, values in zip(record.related, related, strict=True))

    def add_repeated(self) -> None:
        repeated = list(repeated_entries(entry.address for entry in self.entries))
        if self.cut is None:
            self.add_all(repeated)
            return
        for where, code, message in repeated:
            self.add(self.cut.line_of(int(where[1])) + self.document.first_line - 1, code, message)

    def check_texts(self) -> None:
        """Look for suspicious characters in the values, if the text has any or an escape that may stand for one."""
        front_matter = self.document.front_matter
        if "\\" in front_matter or is_suspect(front_matter):
            self.add_all(list(suspect_texts(self.values)))

    def check_body(self) -> None:
        if "\0" in self.document.body:
            line = self.document.body_line + self.document.body.count("\n", 0, self.document.body.index("\0"))
            self.add(line, "E306", "the text contains a NUL character, which no database keeps")

    def validated(self, record_type: type[AnyRecord]) -> AnyRecord | None:
        try:
            record = validate(record_type, self.values, self.dialect)
        except InvalidError as error:
            warnings = [] if self.dialect.is_house else leave_out(self.values, error.faults)
            self.add_all(warnings or error.faults)
            return self.validated(record_type) if warnings else None
        if isinstance(record, ArticleRecord) and self.now is not None:
            self.add_all(list(oddities(self.values, record, self.now, self.dialect.zone)))
        return record

    def add_all(self, faults: list[tuple[Where, str, str]]) -> None:
        """Add faults by the paths of their values; lines are only computed here, when they are needed."""
        if not faults:
            return
        lines = load_document(self.document, with_lines=True, lenient=not self.dialect.is_house)
        sources = self.translated.sources
        # Lines with an error get no second one: a value that cannot be read is of the wrong type, too.
        unread = {problem.line for problem in self.problems if problem.level is Level.ERROR}
        for where, code, message in faults:
            source = sources.get(str(where[0])) if where else None
            words = message.replace(str(where[0]), source[0]) if source else message
            if self.document.format == "toml" and source:
                words = words.replace(f"write {source[0]}: ", f"write {source[0]} = ")
            line = lines.line_of(self.translated.place(where)) + self.document.first_line - 1
            if line not in unread:
                self.add(line, code, words)

    def add(self, line: int, code: str, message: str) -> None:
        self.problems.append(Problem(self.path, line, code, message))
