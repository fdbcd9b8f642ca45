"""Finds, reads and hashes article files and the other files of a site."""

import datetime as dt
import hashlib
import os
import stat
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import overload

from articles.content.dialects.dialect import HOUSE, Dialect
from articles.content.dialects.finding import Place, articles_among, place_of, starts_of
from articles.content.layout import (
    ARTICLE_SUFFIXES,
    GROWN_FILES,
    NEWS_FOLDER,
    ORGANIZATION_FOLDER,
    PINS_FILE,
    STORIES_FILE,
    THREADS_FILE,
    TOPIC_FOLDER,
)
from articles.content.problems import Problem
from articles.content.sorted_paths import SortedPaths

MAX_FILE_SIZE = 2_000_000  # bytes
MAX_GROWN_SIZE = 50_000_000  # bytes: the addresses of some 300,000 stories
MAX_PATH_LENGTH = 500
STAMP_VALID_AFTER = 2_000_000_000  # nanoseconds


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to import: ``root`` is the imported folder; ``path`` is relative to it and identifies the article."""

    root: Path
    path: str

    @property
    def location(self) -> str:
        return f"{self.root}/{self.path}"


class SourceFiles(Collection[SourceFile]):
    """Files of one root without duplicates, in the order of their ``paths``; only these are stored."""

    def __init__(self, root: Path, paths: Iterable[str] = ()) -> None:
        self.root = root
        self.paths = SortedPaths(paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[SourceFile]:
        return (SourceFile(self.root, path) for path in self.paths)

    def __contains__(self, file: object) -> bool:
        return isinstance(file, SourceFile) and file.root == self.root and file.path in self.paths


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a file; ``digest`` is the SHA-256 of its bytes in hexadecimal.

    ``stamp`` changes whenever the file is written to; it is empty while that cannot be detected.
    """

    data: bytes
    digest: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Found:
    """The files of one argument of an import, in the order of their paths; ``start`` is where articles were searched for.

    The files below the folders ``unread`` are not known.
    """

    root: Path
    start: Path
    articles: SourceFiles
    topics: tuple[SourceFile, ...]
    organizations: tuple[SourceFile, ...]
    decisions: tuple[SourceFile, ...]  # pins, decisions about stories, and stories' addresses
    problems: tuple[Problem, ...]
    is_site: bool
    is_there: bool = True  # otherwise nothing is known about missing files
    unread: tuple[str, ...] = ()
    dialect: Dialect = HOUSE

    def is_unknown(self, path: str) -> bool:
        """Return whether it is unknown if the file exists."""
        return any(folder == "." or path == folder or path.startswith(f"{folder}/") for folder in self.unread)


def site_root(path: Path) -> Path:
    """Return the folder that paths are relative to: the site folder that has ``_news``, else the given folder.

    An article has the same path whether its site, its ``_news`` folder or only its file is imported.
    """
    resolved = path.resolve()
    for folder in (resolved, *resolved.parents):
        if folder.name == NEWS_FOLDER and folder.is_dir():
            return folder.parent
    return resolved if resolved.is_dir() else resolved.parent


def find(path: Path, zone: dt.tzinfo = dt.UTC) -> Found:
    """Find the files of ``path``, a site folder, any other folder or a file; never raises.

    ``zone`` is that of times that name none.
    """
    try:
        if not path.exists():
            return _nothing(path, "E107", "there is no such file or folder")
        if not _is_utf8(str(path.resolve())):
            return _nothing(path, "E103", "the path is not valid UTF-8")
        return _find(path, place_of(path, site_root(path), zone))
    # Circular links raise RuntimeError in some versions of Python, and a name with a NUL raises ValueError.
    except (OSError, RuntimeError, ValueError) as error:
        return _nothing(path, "E101", f"cannot be read: {getattr(error, 'strerror', None) or error}")


def _nothing(path: Path, code: str, message: str) -> Found:
    problem = Problem(utf8_path(path.name), 0, code, message)
    root = path.absolute().parent
    return Found(root, path, SourceFiles(root), (), (), (), (problem,), is_site=False, is_there=False)


def _find(path: Path, place: Place) -> Found:
    root, dialect = place.root, place.dialect
    problems = list(place.problems)
    is_site = path.is_dir() and (path / NEWS_FOLDER).is_dir()
    start = path / NEWS_FOLDER if is_site and dialect is None else path
    if not start.resolve().is_relative_to(root):
        return _nothing(path, "E104", f"the link {NEWS_FOLDER} leads out of the folder")
    articles = SourceFiles(root, _article_paths(place, start, problems))
    data = root if is_site else None
    topics = _source_files(root, data / TOPIC_FOLDER, (".yaml", ".yml"), problems) if data else ()
    organizations = _source_files(root, data / ORGANIZATION_FOLDER, ARTICLE_SUFFIXES, problems) if data else ()
    # Folders are read in any order: sorting their entries would take memory for each entry.
    problems.sort(key=lambda problem: problem.path)
    decisions = _decision_files(root, problems) if is_site else ()
    if not (articles or topics or organizations or decisions or set(problems).difference(place.problems)):
        name = start.resolve().relative_to(root).as_posix()
        suffixes = ", ".join(dialect.suffixes if dialect else ARTICLE_SUFFIXES)
        problems.append(Problem(name, 0, "E107", f"there is no file to import: none ends in {suffixes}"))
    unread = tuple(problem.path for problem in problems if problem.code == "E101")
    return Found(
        root, start.resolve(), articles, topics, organizations, decisions, tuple(problems), is_site, unread=unread,
        dialect=dialect or Dialect(zone=place.zone),
    )  # fmt: skip


def _article_paths(place: Place, start: Path, problems: list[Problem]) -> Iterator[str]:
    dialect = place.dialect
    if dialect is None:
        return _paths(place.root, start, ARTICLE_SUFFIXES, problems)
    starts = list(starts_of(place.root, dialect)) if start.resolve() == place.root else []
    paths = chain.from_iterable(_paths(place.root, each, dialect.suffixes, problems) for each in starts or [start])
    return articles_among(paths, dialect)


def found_below(root: Path, start: Path, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths of the files at or below ``start``, in any order; problems are passed over."""
    return _paths(root, start, suffixes, [])


def _decision_files(root: Path, problems: list[Problem]) -> tuple[SourceFile, ...]:
    # Broken and circular links are included, too: reading them reports the problem.
    every = (PINS_FILE, STORIES_FILE, THREADS_FILE, *GROWN_FILES)
    there = [path for path in every if os.path.lexists(root / path)]
    outside = [path for path in there if _leads_out(str(root / path), root)]
    problems += [Problem(path, 0, "E104", "the link leads out of the folder") for path in outside]
    return tuple(SourceFile(root, path) for path in there if path not in outside)


def _source_files(
    root: Path, start: Path, suffixes: tuple[str, ...], problems: list[Problem]
) -> tuple[SourceFile, ...]:
    return tuple(SourceFiles(root, _paths(root, start, suffixes, problems)))


def _paths(root: Path, start: Path, suffixes: tuple[str, ...], problems: list[Problem]) -> Iterator[str]:
    """Yield the paths of the files at or below ``start``, in any order; add problems of others to ``problems``."""
    if _leads_out(str(start), root):
        problems.append(Problem(start.relative_to(root).as_posix(), 0, "E104", "the link leads out of the folder"))
        return
    start = _resolved(start)
    if start.is_file():
        yield start.relative_to(root).as_posix()
        return
    for location in _walk(str(start), suffixes, problems, root):
        path = location[len(str(root)) :].lstrip("/")
        if len(path) > MAX_PATH_LENGTH:
            problems.append(
                Problem(utf8_path(path), 0, "E105", f"the path is longer than {MAX_PATH_LENGTH} characters")
            )
        elif not _is_utf8(path):
            problems.append(Problem(utf8_path(path), 0, "E103", "the path is not valid UTF-8"))
        else:
            yield path


def _walk(folder: str, suffixes: tuple[str, ...], problems: list[Problem], root: Path) -> Iterator[str]:
    """Yield the files below ``folder``, including links to files, except those out of ``root``."""

    def add(path: str, code: str, message: str) -> None:
        problems.append(Problem(utf8_path(os.path.relpath(path, root)), 0, code, message))

    folders = [folder] if os.path.lexists(folder) else []
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    is_folder, is_named = _is_folder(entry), entry.name.lower().endswith(suffixes)
                    if entry.is_symlink() and (is_folder or is_named) and _leads_out(entry.path, root):
                        add(entry.path, "E104", "the link leads out of the folder")
                    elif is_folder and not entry.is_symlink() and not entry.name.startswith("."):
                        folders.append(entry.path)
                    elif is_named and not is_folder:
                        yield entry.path
        except OSError as error:
            add(folder, "E101", f"cannot be read: {error.strerror}")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a folder or a link to one; broken and circular links are not."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _leads_out(path: str, root: Path) -> bool:
    """Return whether a path is known to lead out of ``root``; reading a link that cannot be followed reports why."""
    return not _resolved(Path(path)).is_relative_to(root)


def _resolved(path: Path) -> Path:
    """Return a path with links resolved, or the path itself if they are circular."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def utf8_path(path: str) -> str:
    """Return a path as text that can be printed and stored: bytes that are not UTF-8 are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@overload
def read(file: SourceFile, *, limit: int = ...) -> Content | Problem: ...
@overload
def read(file: SourceFile, known_stamp: str) -> Content | Problem | None: ...
def read(file: SourceFile, known_stamp: str = "", limit: int = MAX_FILE_SIZE) -> Content | Problem | None:
    """Return a file's bytes, digest and stamp, or the problem with reading it; None if it has the known stamp.

    ``limit`` is in bytes.
    """
    try:
        status = os.stat(file.location)  # noqa: PTH116
        if not stat.S_ISREG(status.st_mode):
            return Problem(file.path, 0, "E101", "cannot be read: it is not a regular file")
        stamp = _stamp(status)
        if known_stamp and stamp == known_stamp:
            return None
        with open(file.location, "rb") as stream:  # noqa: PTH123 - Path costs as much as the reading, file by file
            data = stream.read(limit + 1)
    except OSError as error:
        return Problem(file.path, 0, "E101", f"cannot be read: {error.strerror}")
    if len(data) > limit:
        return Problem(file.path, 0, "E102", f"larger than {limit // 1_000_000} MB")
    return Content(data, digest_of(data), stamp)


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _stamp(status: os.stat_result) -> str:
    # A file that was just written may be written again within one tick of the file system's clock.
    if time.time_ns() - status.st_ctime_ns < STAMP_VALID_AFTER:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}"
