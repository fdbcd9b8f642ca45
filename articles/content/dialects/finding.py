"""Finds out which site a path belongs to, in which dialect its files are, and which of them are articles."""

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from articles.content.dialects.dialect import Dialect, Site
from articles.content.dialects.presets import MARKS, OTHER, recognised
from articles.content.dialects.settings_file import SETTINGS_FILE, dialect_of
from articles.content.dialects.translation import INDEX_NAMES, Surroundings
from articles.content.image_files import image_type
from articles.content.layout import NEWS_FOLDER, slug_from
from articles.content.problems import Problem

_HOUSE_KEYS = re.compile(r"^(?:publishedDateTime|webUrl|originalUrl)\s*:", re.MULTILINE)
_OTHER_KEYS = re.compile(
    r"^\s*\"?(?:date|pubDate|pubDatetime|layout|tags|categories|category|draft|created|lastmod|permalink|publishedAt"
    r"|publishDate|description|summary|author|slug)\"?\s*[:=]",
    re.MULTILINE | re.IGNORECASE,
)
LOOKED_AT = 20  # files, where nothing else tells the dialect


@dataclass(frozen=True, slots=True)
class Place:
    """A site folder with its dialect (None for the house style) and the problems of its ``newsreader.yaml``."""

    root: Path
    dialect: Dialect | None
    problems: tuple[Problem, ...] = ()
    zone: dt.tzinfo = dt.UTC


def place_of(path: Path, root: Path, zone: dt.tzinfo) -> Place:
    """Return the site that a path is in; ``root`` is the folder that it would be in without a dialect."""
    path = path.resolve()
    if (root / NEWS_FOLDER).is_dir():
        dialect, problems = dialect_of(root, zone)
        return Place(root, dialect, _told(dialect, problems), zone)
    for folder in (path, *path.parents) if path.is_dir() else path.parents:
        if folder != folder.parent and _is_marked(folder, path):
            dialect, problems = dialect_of(folder, zone)
            return Place(folder, dialect, _told(dialect, problems), zone)
    dialect = (recognised(root, zone) or _by_keys(root, zone)) if path.is_dir() else None
    return Place(root, dialect, _told(dialect, []), zone)


def _told(dialect: Dialect | None, problems: list[Problem]) -> tuple[Problem, ...]:
    """Add a note that names the dialect to the problems of ``newsreader.yaml``."""
    if dialect is None:
        return tuple(problems)
    site = f" as those of {dialect.site.name or dialect.site.domain}" if dialect.site.domain else ""
    told = Problem(dialect.known_by or SETTINGS_FILE, 0, "N504", f"files are read in the dialect {dialect.name}{site}")
    return (*problems, told)


def _is_marked(folder: Path, path: Path) -> bool:
    """Return whether a folder has the settings of a site that ``path`` may belong to."""
    if (folder / SETTINGS_FILE).is_file():
        return True
    inside = path.relative_to(folder).parts
    if inside[:1] == ("_posts",):
        return True
    return any((folder / name).is_file() for name, _ in MARKS[:-3]) and recognised(folder, dt.UTC) is not None


def _by_keys(root: Path, zone: dt.tzinfo) -> Dialect | None:
    """Return the dialect for a folder whose files have keys that other tools know, and none of the house's."""
    texts = list(_beginnings(root))
    house = sum(bool(_HOUSE_KEYS.search(text)) for text in texts)
    others = sum(bool(_OTHER_KEYS.search(text)) and not _HOUSE_KEYS.search(text) for text in texts)
    # A few files of other tools have a key of this project's, such as an article that is translated from elsewhere.
    if not others or house * 5 > others or 2 * others < len(texts):
        return None
    return replace(OTHER, zone=zone, known_by=".", site=Site("", slug_from(root.name) or "site"))


def _beginnings(root: Path) -> Iterator[str]:
    count = 0
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith(".") and name not in OTHER.excluded)
        for name in sorted(names):
            if name.lower().endswith(OTHER.suffixes) and not name.upper().startswith("README"):
                try:
                    if not (Path(folder) / name).is_file():  # a pipe would be waited for without end
                        continue
                    with (Path(folder) / name).open("rb") as stream:
                        yield stream.read(4000).decode("utf-8", "replace")
                except OSError:
                    continue
                count += 1
                if count == LOOKED_AT:
                    return


def starts_of(root: Path, dialect: Dialect) -> Iterator[Path]:
    """Yield the folders and files of a site that have its articles; all of it if those of its tool have none."""
    starts: list[Path] = []
    for pattern in dialect.articles:
        if set("*?[") & set(pattern):
            starts += sorted(root.glob(pattern))
        elif (root / pattern).exists():
            starts.append(root / pattern)
    is_said = dialect.known_by == SETTINGS_FILE
    yield from starts if is_said or any(_has_file(start, dialect.suffixes) for start in starts) else [root]


def _has_file(start: Path, suffixes: tuple[str, ...]) -> bool:
    if start.is_file():
        return True
    return any(name.lower().endswith(suffixes) for _, _, names in os.walk(start) for name in names)


def articles_among(paths: Iterable[str], dialect: Dialect) -> Iterator[str]:
    """Yield the paths that are not in a folder, or have a name, that the dialect excludes."""
    names = {name.lower() for name in dialect.excluded}
    for path in paths:
        *folders, name = path.split("/")
        if names.isdisjoint(folder.lower() for folder in folders) and name.partition(".")[0].lower() not in names:
            yield path


def surroundings_of(location: str) -> Surroundings:
    """Return what is known about a file beside its text; pictures only of a file that has a folder of its own."""
    try:
        modified = dt.datetime.fromtimestamp(Path(location).stat().st_mtime, dt.UTC)
        folder, _, name = location.rpartition("/")
        has_folder = name.partition(".")[0].lower() in INDEX_NAMES[:1]
        beside = sorted(os.listdir(folder)) if has_folder else []  # noqa: PTH208
    except OSError:
        return Surroundings()
    return Surroundings(modified, tuple(name for name in beside if image_type(name)))
