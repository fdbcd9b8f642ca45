"""Finds the files to check from paths on the command line."""

import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from articles.content.files import Found, SourceFile, SourceFiles, find
from articles.content.layout import NEWS_FOLDER, ORGANIZATION_FOLDER, TOPIC_FOLDER
from articles.content.problems import Problem
from articles.content.reading import DECISION_PARSERS

DATA = {TOPIC_FOLDER, ORGANIZATION_FOLDER, *DECISION_PARSERS}


def find_all(paths: Iterable[Path], zone: dt.tzinfo = dt.UTC) -> list[Found]:
    """Return the files of the paths by root, in the order of the paths and without duplicates."""
    parts: dict[Path, list[Found]] = {}
    data: dict[Path, set[str]] = {}
    for path in paths:
        # Unlike Path's, it does not raise for names that are too long or without permission.
        if os.path.exists(path) and (site := _site_of_data(path.resolve())):  # noqa: PTH110
            parts.setdefault(site, [])
            data.setdefault(site, set()).add(path.resolve().relative_to(site).as_posix())
        else:
            found = find(path, zone)
            parts.setdefault(found.root, []).append(found)
    for site, names in data.items():
        parts[site].append(_data_of(find(site, zone), names))
    return [_merged(found) for found in parts.values()]


def _site_of_data(path: Path) -> Path | None:
    """Return the site whose ``_data`` files ``path`` is or contains: a hook may pass such a file alone."""
    for folder in path.parents:
        if (folder / NEWS_FOLDER).is_dir():
            name = path.relative_to(folder).as_posix()
            return folder if name == "_data" or _lineage(name) & DATA else None
    return None


def _lineage(path: str) -> set[str]:
    """Return a path and its parent folders."""
    return {path, *map(str, PurePosixPath(path).parents)}


def _data_of(whole: Found, names: set[str]) -> Found:
    """Return the ``_data`` files of a site that are among ``names``, its files and folders, or below them."""

    def is_named(each: SourceFile | Problem) -> bool:
        return not names.isdisjoint(_lineage(each.path))

    return replace(
        whole,
        articles=SourceFiles(whole.root),
        topics=tuple(file for file in whole.topics if is_named(file)),
        organizations=tuple(file for file in whole.organizations if is_named(file)),
        decisions=tuple(file for file in whole.decisions if is_named(file)),
        problems=tuple(problem for problem in whole.problems if is_named(problem)),
    )


def _merged(parts: list[Found]) -> Found:
    """Return several parts of one root as one."""

    def files(name: str) -> tuple[SourceFile, ...]:
        return tuple(sorted({file for part in parts for file in getattr(part, name)}, key=lambda file: file.path))

    return replace(
        parts[0],
        articles=SourceFiles(parts[0].root, (path for part in parts for path in part.articles.paths)),
        topics=files("topics"),
        organizations=files("organizations"),
        decisions=files("decisions"),
        problems=tuple(sorted({problem for part in parts for problem in part.problems})),
    )
