"""The check of one site: each file by itself, and against the others."""

import datetime as dt
import os
from collections.abc import Container, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from articles.content.check.processes import Run
from articles.content.check.report import DECISION_PARSERS, Checked, Files, Report, guarded
from articles.content.duplicates import Pieces, duplicate_of, piece_of
from articles.content.files import MAX_ADDRESSES_SIZE, MAX_FILE_SIZE, Found, SourceFile, find, read
from articles.content.identity import (
    Address,
    address_of,
    named_address,
    named_addresses,
    own_images_of,
    topic_key,
    url_of,
)
from articles.content.image_files import ImageFolder
from articles.content.layout import STORY_ADDRESSES_FILE, TOPIC_FOLDER, may_lack_front_matter
from articles.content.parsing import (
    Parsed,
    parse_article,
    parse_organization,
    parse_topic,
)
from articles.content.problems import Problem, unexpected
from articles.content.schema import ArticleRecord, EntryRecord, TopicRecord, is_address
from articles.content.warnings import image_fault


class _Reader:
    """Checks files of one site, each by itself.

    ``topics`` are the keys of those with a file, and grow by those named without; None where none needs one.
    """

    def __init__(self, root: Path, now: dt.datetime, topics: set[str] | None = None) -> None:
        self.root = root
        self.now = now
        self.topics = topics
        self.images = ImageFolder(root)

    def article(self, file: SourceFile) -> Checked:
        try:
            return self._article(file)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other files are checked
            return Checked(file, (unexpected(file.path, error),))

    def _article(self, file: SourceFile) -> Checked:
        content = read(file)
        if isinstance(content, Problem):
            return Checked(file, (content,), is_read=False)
        parsed = parse_article(file.path, content.data, self.now)
        if parsed.lacks_front_matter and may_lack_front_matter(file.path):
            return Checked(file)
        if parsed.record is None:
            return Checked(file, parsed.problems)
        problems = (*parsed.problems, *self.image_problems(parsed))
        address, topics = address_of(file, parsed.record), tuple(self.new_topics(parsed))
        return Checked(file, problems, True, address, piece_of(parsed.record), topics)

    def image_problems(self, parsed: Parsed[Any]) -> Iterator[Problem]:
        for image in own_images_of(parsed) if parsed.record else ():
            if fault := image_fault(image, self.images, isinstance(parsed.record, EntryRecord)):
                yield Problem(parsed.path, parsed.line_of(image.where), *fault)

    def new_topics(self, parsed: Parsed[ArticleRecord]) -> Iterator[tuple[str, Problem]]:
        if parsed.record is None or self.topics is None:
            return
        for index, name in enumerate(parsed.record.topics):
            if (key := topic_key(name)) not in self.topics:
                self.topics.add(key)
                message = f"topics[{index + 1}]: the topic {name} has no file; it is created"
                yield key, Problem(parsed.path, parsed.line_of(("topics", index)), "N501", message)


class SiteCheck:
    """The check of all that is named below one root; ``taken`` are the paths that have an address already."""

    def __init__(
        self, found: Found, now: dt.datetime, report: Report, taken: dict[Address, str], pieces: Pieces
    ) -> None:
        self.found = found
        self.now = now
        self.report = report
        self.taken = taken
        self.pieces = pieces
        self.reader = _Reader(found.root, now)
        self.topics: set[str] = set()
        # A hook names changed files only; the others' names tell, without reading them, which addresses they have.
        self.others = named_addresses(found.root, without={file.path for file in found.articles})

    def problems(self, run: "Run") -> Iterator[Problem]:
        """Yield problems in the order of paths, but read topics first: all else may name them."""
        of_topics = sorted(self.topic_problems())
        yield from self.organization_problems()
        yield from self.decision_problems()
        yield from of_topics
        # A copy: what goes to other processes is read by another thread, while this one learns more topics.
        topics = frozenset(self.topics) if (self.found.root / TOPIC_FOLDER).is_dir() else None
        for checked in run(partial(_check_articles, self.found.root, self.now, topics), self.found.articles):
            self.report.files += checked.is_read
            yield from sorted([*checked.problems, *self.place_problems(checked), *self.first_named(checked)])

    def decision_problems(self) -> Iterator[Problem]:
        for file in self.found.decisions:
            yield from guarded(file.path, self.problems_of_decisions(file))

    def problems_of_decisions(self, file: SourceFile) -> Iterator[Problem]:
        content = read(file, limit=MAX_ADDRESSES_SIZE if file.path == STORY_ADDRESSES_FILE else MAX_FILE_SIZE)
        if isinstance(content, Problem):
            yield content
            return
        self.report.files += 1
        parsed = DECISION_PARSERS[file.path](file.path, content.data)
        yield from (*parsed.problems, *self.missing_articles(parsed))

    def missing_articles(self, parsed: Parsed[Any]) -> Iterator[Problem]:
        """Yield pins and decisions about files that are not there; addresses are for an import to look up."""
        if parsed.record is None or parsed.path == STORY_ADDRESSES_FILE:
            return
        for key in ("pins", "decisions", "leads"):
            for index, item in enumerate(getattr(parsed.record, key, ())):
                names = [name for at in ("article", "joins") if (name := getattr(item, at, None))]
                if any(map(self.is_missing, names)):
                    message = f"{key}[{index + 1}] names an article that is not there"
                    yield Problem(parsed.path, parsed.line_of((key, index)), "W409", message)

    def is_missing(self, name: str) -> bool:
        if is_address(name) or name.startswith("/"):
            return False
        # A name may be too long for any file, over which Path stumbles; a file that was renamed may have left its address
        # to another one.
        is_there = os.path.isfile(self.found.root / name)  # noqa: PTH113
        return not is_there and named_address(name) not in self.addresses

    @cached_property
    def addresses(self) -> Container[Address | None]:
        """The addresses that the names of all article files of the site give."""
        return named_addresses(self.found.root, without=())

    def organization_problems(self) -> Iterator[Problem]:
        for file in self.found.organizations:
            yield from guarded(file.path, self.problems_of_organization(file))

    def problems_of_organization(self, file: SourceFile) -> Iterator[Problem]:
        content = read(file)
        if isinstance(content, Problem):
            yield content
            return
        self.report.files += 1
        parsed = parse_organization(file.path, content.data)
        yield from (*parsed.problems, *self.reader.image_problems(parsed))

    def topic_problems(self) -> Iterator[Problem]:
        """Learn which topics have files; yield the problems of the files that are to be checked."""
        named = {file.path for file in self.found.topics}
        every_parsed: list[Parsed[TopicRecord]] = []
        for file in _topic_files(self.found):
            problems = guarded(file.path, self.problems_of_topic(file, file.path in named, every_parsed))
            yield from problems if file.path in named else ()
        yield from (problem for problem in self.parent_problems(every_parsed) if problem.path in named)

    def problems_of_topic(
        self, file: SourceFile, is_named: bool, every_parsed: list[Parsed[TopicRecord]]
    ) -> Iterator[Problem]:
        content = read(file)
        if isinstance(content, Problem):
            yield content
            return
        self.report.files += is_named
        parsed = parse_topic(file.path, content.data)
        yield from (*parsed.problems, *self.reader.image_problems(parsed))
        every_parsed.append(parsed)

    def parent_problems(self, every_parsed: list[Parsed[TopicRecord]]) -> Iterator[Problem]:
        parents: dict[str, str] = {}
        self.topics.update(topic_key(parsed.record.name) for parsed in every_parsed if parsed.record)
        for parsed in every_parsed:
            if parsed.record is None or not parsed.record.parent:
                continue
            key, parent = topic_key(parsed.record.name), topic_key(parsed.record.parent)
            if parent not in self.topics:
                self.topics.add(parent)
                message = f"parent: the topic {parsed.record.parent} has no file; it is created"
                yield Problem(parsed.path, parsed.line_of(("parent",)), "N501", message)
            if key in _upwards(parents, parent):
                message = f"parent: {parsed.record.name} would stand below itself; it gets no parent"
                yield Problem(parsed.path, parsed.line_of(("parent",)), "W406", message)
            else:
                parents[key] = parent

    def place_problems(self, checked: Checked) -> Iterator[Problem]:
        """Yield what is wrong with an article's place here, or else with that at its provider."""
        if problems := list(self.address_problems(checked)):
            yield from problems
        elif problem := duplicate_of(checked.file, checked.piece, self.pieces):
            yield problem

    def address_problems(self, checked: Checked) -> Iterator[Problem]:
        if checked.address is None:
            return
        path = checked.file.path
        owner = self.taken.setdefault(checked.address, path)
        if owner == path:
            owner = self.other_owner(checked.address) or path
        if owner != path:
            yield Problem(path, 1, "E106", f"its address {url_of(*checked.address)} belongs to {owner}")

    def other_owner(self, address: Address) -> str | None:
        """Return the file that has an address though it is not to be checked."""
        path = self.others.get(address)
        for file in find(self.found.root / path).articles if path else ():
            # A name alone is no article: the file may be broken, or a link that leads away.
            if file.path == path and self.reader.article(file).address == address:
                return path
        return None

    def first_named(self, checked: Checked) -> Iterator[Problem]:
        """Yield the topics without a file that no file before named; a process knows only its own files."""
        for key, problem in checked.new_topics:
            if key not in self.topics:
                self.topics.add(key)
                yield problem


def _topic_files(found: Found) -> list[SourceFile]:
    """Return all topic files of a site, whichever of them are to be checked: articles may name any."""
    paths = sorted(path.relative_to(found.root).as_posix() for path in (found.root / TOPIC_FOLDER).rglob("*"))
    return [SourceFile(found.root, path) for path in paths if path.lower().endswith((".yaml", ".yml"))]


def _upwards(parents: dict[str, str], key: str | None) -> Iterator[str]:
    while key is not None:
        yield key
        key = parents.get(key)


def _check_articles(root: Path, now: dt.datetime, topics: frozenset[str] | None, files: Files) -> list[Checked]:
    reader = _Reader(root, now, None if topics is None else set(topics))
    return [reader.article(file) for file in files]
