"""Advisories of the OSV schema, read from a local copy, and which versions of a package they say are affected.

A copy is a folder or zip with one advisory a file, as JSON (the export of OSV for PyPI) or YAML (the advisory database of the
Python Packaging Authority). See the schema at https://ossf.github.io/osv-schema/.
"""

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

KINDS = (".json", ".yaml", ".yml")
ECOSYSTEM = "PyPI"
# The base loader leaves 1.10 the text that it is.
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class UnreadableError(ValueError):
    """The copy, or a file in it, has no advisories that can be read; says which and why."""


@dataclass(frozen=True)
class Advisory:
    """One advisory: texts as they are in its file, and what it says of packages by their canonical names."""

    id: str
    aliases: tuple[str, ...]
    summary: str
    modified: str
    affected: dict[str, list[dict[str, Any]]]

    def affects(self, name: str, version: str) -> bool:
        """Whether this version of the package with this canonical name is affected."""
        return any(
            _is_listed(version, part.get("versions") or ())
            or any(_is_in_range(version, found["events"]) for found in _ranges(part))
            for part in self.affected.get(name, ())
        )

    def fixed(self, name: str) -> list[str]:
        """The versions of the package that are no longer affected, the lowest first."""
        events = (event for part in self.affected.get(name, ()) for found in _ranges(part) for event in found["events"])
        return sorted({event["fixed"] for event in events if "fixed" in event}, key=_order)


def read_advisories(place: Path) -> list[Advisory]:
    """Return the advisories about packages of PyPI in a folder or zip, without those that were withdrawn.

    Raises:
        UnreadableError: nothing is there, or a file is not what it should be.
    """
    advisories = []
    for name, content in _files(place):
        try:
            advisory = _advisory(json.loads(content) if name.endswith(".json") else yaml.load(content, LOADER))
        except (ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
            raise UnreadableError(f"{name} in {place} is not an advisory of the OSV schema: {error!r}") from error
        if advisory:
            advisories.append(advisory)
    if not advisories:
        raise UnreadableError(f"{place} has no advisories for {ECOSYSTEM}")
    return advisories


def _files(place: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file that may be an advisory; hidden ones, as of Git, are not."""
    if place.is_dir():
        for path in sorted(place.rglob("*")):
            inside = path.relative_to(place)
            if path.suffix in KINDS and not any(part.startswith(".") for part in inside.parts):
                yield str(inside), path.read_bytes()
    elif zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(KINDS) and not any(part.startswith(".") for part in name.split("/")):
                    yield name, archive.read(name)
    else:
        raise UnreadableError(f"{place} is neither a folder nor a zip")


def _advisory(data: dict[str, Any]) -> Advisory | None:
    """Return what a file says, or None if that was withdrawn or is about other packages than those of PyPI."""
    affected: dict[str, list[dict[str, Any]]] = {}
    identifier = data["id"]
    for part in data.get("affected") or ():
        package = part.get("package") or {}
        if package.get("ecosystem") == ECOSYSTEM:
            affected.setdefault(canonicalize_name(package["name"]), []).append(part)
            for found in _ranges(part):
                found["events"] = sorted(found["events"], key=_order_of_event)
    if not affected or data.get("withdrawn") not in {None, "", "null"}:
        return None
    summary = data.get("summary") or next(iter((data.get("details") or "").strip().splitlines()), "")
    return Advisory(identifier, tuple(data.get("aliases") or ()), summary, data.get("modified") or "", affected)


def _ranges(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the ranges of versions; those of commits say nothing about a release."""
    return (found for found in part.get("ranges") or () if found["type"] != "GIT")


def _is_listed(version: str, versions: Iterable[str]) -> bool:
    return any(_order(version) == _order(listed) for listed in versions)


def _is_in_range(version: str, events: list[dict[str, str]]) -> bool:
    """Whether a version is affected, by events in the order of their versions."""
    wanted, is_affected = _order(version), False
    for event in events:
        if "introduced" in event and _order(event["introduced"]) <= wanted:
            is_affected = True
        elif ("fixed" in event and _order(event["fixed"]) <= wanted) or (
            "last_affected" in event and _order(event["last_affected"]) < wanted
        ):
            is_affected = False
    return is_affected


def _order_of_event(event: dict[str, str]) -> tuple[tuple[int, Version, str], int]:
    """A key to sort events by: at the same version, what begins comes after what ends before it."""
    kind, version = next(iter(event.items()))
    return _order(version), int(kind != "fixed") + int(kind == "last_affected")


def _order(version: str) -> tuple[int, Version, str]:
    """A key to sort versions by.

    The schema's ``0`` stands before all versions. Those that PEP 440 does not know come next, as they are of older times.
    """
    if version == "0":
        return 0, Version("0"), ""
    try:
        return 2, Version(version), ""
    except InvalidVersion:
        return 1, Version("0"), version
