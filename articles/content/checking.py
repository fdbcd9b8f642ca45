"""Content checked without settings or a database, for hooks and CI of the repository that holds it.

``python -m articles.content.checking PATH...`` names what an import into an empty database would name, and
images that only related entries name. What a database knows, such as the address that a file which has gone
once had, only an import can tell.
"""

import argparse
import contextlib
import datetime as dt
import heapq
import itertools
import json
import multiprocessing
import os
import re
import signal
import sys
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from multiprocessing.context import BaseContext
from pathlib import Path, PurePosixPath
from typing import Any

from articles.content.duplicates import Pieces, duplicate_of, piece_of
from articles.content.files import (
    MAX_ADDRESSES_SIZE,
    MAX_FILE_SIZE,
    NEWS_FOLDER,
    ORGANIZATION_FOLDER,
    PINS_FILE,
    STORIES_FILE,
    STORY_ADDRESSES_FILE,
    TOPIC_FOLDER,
    Found,
    SourceFile,
    find,
    may_lack_front_matter,
    read,
    utf8_path,
)
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
from articles.content.parsing import (
    Parsed,
    parse_article,
    parse_organization,
    parse_pins,
    parse_stories,
    parse_story_addresses,
    parse_topic,
)
from articles.content.problems import Level, Problem, unexpected
from articles.content.schema import ArticleRecord, EntryRecord, TopicRecord, image_fault, is_address
from articles.content.yaml.characters import one_line

DECISION_PARSERS: dict[str, Callable[[str, bytes], Parsed[Any]]] = {
    PINS_FILE: parse_pins,
    STORIES_FILE: parse_stories,
    STORY_ADDRESSES_FILE: parse_story_addresses,
}
DATA = {TOPIC_FOLDER, ORGANIZATION_FOLDER, *DECISION_PARSERS}
PARALLEL_FROM = 500  # files; fewer are checked before other processes have started
CHUNK_SIZE = 50  # files that a process takes at a time
INTERRUPTED = 130  # how shells tell an end by Ctrl-C
CUT_OFF = 141  # and one by a pipe that nobody reads any more


@dataclass(slots=True)
class Report:
    """What a check saw, in numbers: files read, problems by level."""

    files: int = 0
    problems: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))

    def exit_code(self, strict: bool) -> int:
        """0 without errors, 1 with errors (or, if strict, warnings), 2 when nothing could be read."""
        if not self.files:
            return 2
        return 1 if self.problems[Level.ERROR] or (strict and self.problems[Level.WARNING]) else 0


def check_paths(
    paths: Iterable[Path], now: dt.datetime, report: Report | None = None
) -> Iterator[tuple[Path, Problem]]:
    """Yield each problem with the folder that its path is counted from, in the order of paths; count in ``report``.

    Files are read as problems are asked for; what is kept of each is its path and its addresses.
    """
    report = report or Report()
    every_found = _find_all(paths)
    taken: dict[Address, str] = {}
    pieces: Pieces = {}
    with _processes(sum(len(found.articles) for found in every_found)) as run:
        for found in every_found:
            site = _Site(found, now, report, taken, pieces)
            for problem in heapq.merge(found.problems, site.problems(run), key=lambda problem: problem.path):
                report.problems[problem.level] += 1
                yield found.root, problem


def _find_all(paths: Iterable[Path]) -> list[Found]:
    """Return what the paths name: roots in the order in which they are named, each file once."""
    parts: dict[Path, list[Found]] = {}
    data: dict[Path, set[str]] = {}
    for path in paths:
        # Unlike Path's, it answers for names that are too long, and for what may not be looked at.
        if os.path.exists(path) and (site := _site_of_data(path.resolve())):  # noqa: PTH110
            parts.setdefault(site, [])
            data.setdefault(site, set()).add(path.resolve().relative_to(site).as_posix())
        else:
            found = find(path)
            parts.setdefault(found.root, []).append(found)
    for site, names in data.items():
        parts[site].append(_data_of(find(site), names))
    return [_merged(found) for found in parts.values()]


def _site_of_data(path: Path) -> Path | None:
    """Return the site whose ``_data`` files ``path`` is or holds: a hook names such a file alone."""
    for folder in path.parents:
        if (folder / NEWS_FOLDER).is_dir():
            name = path.relative_to(folder).as_posix()
            return folder if name == "_data" or _lineage(name) & DATA else None
    return None


def _lineage(path: str) -> set[str]:
    """Return a path and the folders around it."""
    return {path, *map(str, PurePosixPath(path).parents)}


def _data_of(whole: Found, names: set[str]) -> Found:
    """Return those ``_data`` files of a site that ``names``, its files and folders, name."""

    def is_named(each: SourceFile | Problem) -> bool:
        return not names.isdisjoint(_lineage(each.path))

    return replace(
        whole,
        articles=(),
        topics=tuple(file for file in whole.topics if is_named(file)),
        organizations=tuple(file for file in whole.organizations if is_named(file)),
        decisions=tuple(file for file in whole.decisions if is_named(file)),
        problems=tuple(problem for problem in whole.problems if is_named(problem)),
    )


def _merged(parts: list[Found]) -> Found:
    """Return one for several parts of one root."""

    def files(name: str) -> tuple[SourceFile, ...]:
        return tuple(sorted({file for part in parts for file in getattr(part, name)}, key=lambda file: file.path))

    return replace(
        parts[0],
        articles=files("articles"),
        topics=files("topics"),
        organizations=files("organizations"),
        decisions=files("decisions"),
        problems=tuple(sorted({problem for part in parts for problem in part.problems})),
    )


Files = tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    """What an article file says for itself, and what has to be compared with others: address, topics by key."""

    file: SourceFile
    problems: tuple[Problem, ...] = ()
    is_read: bool = True
    address: Address | None = None
    piece: int | None = None
    new_topics: tuple[tuple[str, Problem], ...] = ()


class _Reader:
    """Checks files of one site, each by itself.

    ``topics`` are the keys of those with a file, and grow by those named without; None where none needs one.
    """

    def __init__(self, root: Path, now: dt.datetime, topics: set[str] | None = None) -> None:
        self.root = root
        self.now = now
        self.topics = topics
        self.images = ImageFolder(root)

    def article(self, file: SourceFile) -> _Checked:
        try:
            return self._article(file)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other files are checked
            return _Checked(file, (unexpected(file.path, error),))

    def _article(self, file: SourceFile) -> _Checked:
        content = read(file)
        if isinstance(content, Problem):
            return _Checked(file, (content,), is_read=False)
        parsed = parse_article(file.path, content.data, self.now)
        if parsed.lacks_front_matter and may_lack_front_matter(file.path):
            return _Checked(file)
        if parsed.record is None:
            return _Checked(file, parsed.problems)
        problems = (*parsed.problems, *self.image_problems(parsed))
        address, topics = address_of(file, parsed.record), tuple(self.new_topics(parsed))
        return _Checked(file, problems, True, address, piece_of(parsed.record), topics)

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


class _Site:
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
            yield from _guarded(file.path, self.problems_of_decisions(file))

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
            yield from _guarded(file.path, self.problems_of_organization(file))

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
            problems = _guarded(file.path, self.problems_of_topic(file, file.path in named, every_parsed))
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

    def place_problems(self, checked: _Checked) -> Iterator[Problem]:
        """Yield what is wrong with an article's place here, or else with that at its provider."""
        if problems := list(self.address_problems(checked)):
            yield from problems
        elif problem := duplicate_of(checked.file, checked.piece, self.pieces):
            yield problem

    def address_problems(self, checked: _Checked) -> Iterator[Problem]:
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

    def first_named(self, checked: _Checked) -> Iterator[Problem]:
        """Yield the topics without a file that no file before named; a process knows only its own files."""
        for key, problem in checked.new_topics:
            if key not in self.topics:
                self.topics.add(key)
                yield problem


def _guarded(path: str, problems: Iterator[Problem]) -> list[Problem]:
    """Return the problems of a file as they are found; an error of whatever kind on the way is one, too."""
    found: list[Problem] = []
    try:
        found.extend(problems)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other files are checked
        found.append(unexpected(path, error))
    return sorted(found)


def _topic_files(found: Found) -> list[SourceFile]:
    """Return all topic files of a site, whichever of them are to be checked: articles may name any."""
    paths = sorted(path.relative_to(found.root).as_posix() for path in (found.root / TOPIC_FOLDER).rglob("*"))
    return [SourceFile(found.root, path) for path in paths if path.lower().endswith((".yaml", ".yml"))]


def _upwards(parents: dict[str, str], key: str | None) -> Iterator[str]:
    while key is not None:
        yield key
        key = parents.get(key)


def _check_articles(root: Path, now: dt.datetime, topics: frozenset[str] | None, files: Files) -> list[_Checked]:
    reader = _Reader(root, now, None if topics is None else set(topics))
    return [reader.article(file) for file in files]


Check = Callable[[Files], list[_Checked]]
Run = Callable[[Check, Files], Iterator[_Checked]]


@contextlib.contextmanager
def _processes(files: int) -> Iterator[Run]:
    """Give what runs a check over files, in their order: here, or for many files on all cores."""
    if files < PARALLEL_FROM or _cores() < 2:
        yield lambda check, files: itertools.chain.from_iterable(map(check, _chunks(files)))
        return
    with ProcessPoolExecutor(_cores(), _starting_method()) as pool:
        yield partial(_run_on, pool)


def _starting_method() -> BaseContext:
    """Return how processes start: never as copies of this one, whose caller may have threads or connections."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # They are copies of one that has imported what takes long, which otherwise each would do for itself.
    context.set_forkserver_preload(["articles.content.identity"])
    return context


def _run_on(pool: ProcessPoolExecutor, check: Check, files: Files) -> Iterator[_Checked]:
    """Check with few chunks on their way at a time, so that results do not pile up."""
    chunks = _chunks(files)
    with _interrupts_held():
        waiting = deque(pool.submit(check, chunk) for chunk in itertools.islice(chunks, 2 * _cores()))
    while waiting:
        yield from waiting.popleft().result()
        waiting.extend(pool.submit(check, chunk) for chunk in itertools.islice(chunks, 1))


def _chunks(files: Files) -> Iterator[Files]:
    return (files[start : start + CHUNK_SIZE] for start in range(0, len(files), CHUNK_SIZE))


def _cores() -> int:
    """Return the number of cores that this process may use, which a container limits."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back for a moment: what starts meanwhile never gets it, so that one process alone answers to it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


Shown = Iterator[tuple[str, Problem]]  # a path as it is printed, and the problem


def _text(problems: Shown, report: Report) -> Iterator[str]:
    for path, problem in problems:
        yield one_line(f"{path}:{problem.line}: {problem.message} [{problem.level} {problem.code}]")
    counts = ", ".join(_count(number, level) for level, number in report.problems.items())
    yield f"checked {_count(report.files, 'file')}, problems: {counts}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _json(problems: Shown, report: Report) -> Iterator[str]:
    yield '{"problems": ['
    separator = ""
    for path, problem in problems:
        keys = {"path": path, "line": problem.line, "code": problem.code, "level": problem.level}
        yield separator + json.dumps(keys | {"message": problem.message})
        separator = ","
    counts = {f"{level}s": number for level, number in report.problems.items()}
    yield f"], {json.dumps({'files': report.files} | counts).removeprefix('{')}"


GITHUB_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def _github(problems: Shown, report: Report) -> Iterator[str]:
    for path, problem in problems:
        file, message = _escaped(path, "%\r\n:,"), _escaped(problem.message, "%\r\n")
        yield f"::{GITHUB_COMMANDS[problem.level]} file={file},line={problem.line},title={problem.code}::{message}"
    yield from _text(iter(()), report)


def _escaped(text: str, characters: str) -> str:
    """Escape characters as GitHub's workflow commands want it."""
    return re.sub(f"[{characters}]", lambda match: f"%{ord(match[0]):02X}", text)


FORMATS = {"text": _text, "json": _json, "github": _github}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, a folder, or a site folder")
    parser.add_argument("--format", dest="output", choices=FORMATS, default="text", help="how to print (default: text)")
    parser.add_argument("--strict", action="store_true", help="let warnings fail the check, too")


def run(paths: Sequence[Path], output: str, strict: bool, write: Callable[[str], object]) -> int:
    """Check paths, ``write`` what was found, line by line, and return the exit code."""
    report = Report()
    try:
        problems = (
            (_shown(root / each.path), each) for root, each in check_paths(paths, dt.datetime.now(dt.UTC), report)
        )
        for line in FORMATS[output](problems, report):
            write(f"{line}\n")
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who reads has seen enough, as `head` does; Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_OFF
    return report.exit_code(strict)


def _shown(path: Path) -> str:
    """Return a path as short as it can be written from here."""
    return utf8_path(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m articles.content.checking", description="Check article files.")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    # A name that the terminal's encoding lacks must not end the check.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    return run(options.paths, options.output, options.strict, sys.stdout.write)


if __name__ == "__main__":
    sys.exit(main())
