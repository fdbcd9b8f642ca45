"""YAML -> plain values, strictly: no duplicate keys, anchors, aliases, merge keys or tags.

It returns the same as ``yaml.CSafeLoader`` for all that it accepts. It processes libyaml's events instead of the tree of
``yaml.compose``, which does not have the nodes' anchors and explicit tags, and which crashes
the process if a file is nested deeply enough.
"""

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from articles.content.problems import Fault
from articles.content.yaml.fast_reader import read_house_style
from articles.content.yaml.scalars import MergeKeyError, plain_scalar

MAX_DEPTH = 20  # nested lists and mappings

Where = tuple[str | int, ...]


class FrontMatterError(ValueError):
    """The front matter cannot be read any further; ``line`` counts from 1."""

    def __init__(self, line: int, code: str, message: str) -> None:
        super().__init__(message)
        self.line, self.code, self.message = line, code, message


@dataclass(slots=True)
class Loaded:
    """The values of front matter, its faults, and, if requested, the line of each value, from 1."""

    value: Any = None
    faults: list[Fault] = field(default_factory=list)
    lines: dict[Where, int] = field(default_factory=dict)

    def line_of(self, where: Where) -> int:
        """Return the line of a value, or of the nearest list or mapping around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def load(text: str, with_lines: bool = False, depth: int = 0) -> Loaded:
    """Load YAML into plain Python values; faults that leave the rest readable are collected.

    ``depth`` is the depth at which ``text`` was cut from a document.

    Raises FrontMatterError, with the line in ``text``, for what cannot be read any further.
    """
    if not with_lines and (value := read_house_style(text, MAX_DEPTH - depth)) is not None:
        return Loaded(value)
    try:
        return _Walk(text, MAX_DEPTH - depth).whole()
    except yaml.MarkedYAMLError as error:
        if opened := _line_of_open_quote(text, error):
            raise FrontMatterError(
                opened, "E203", "not valid YAML: the quote opened on this line is not closed"
            ) from None
        mark = error.problem_mark or error.context_mark
        # libyaml reports what is missing after the last line.
        line = min(mark.line + 1 if mark else 1, text.count("\n") + 1)
        raise FrontMatterError(line, "E203", f"not valid YAML: {_in_words(error)}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, max(error.position or 0, 0)) + 1
        raise FrontMatterError(line, "E203", f"not valid YAML: {error.reason}") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise FrontMatterError(1, "E203", f"not valid YAML: {error}") from None


def load_with_aliases(text: str) -> Loaded:
    """Load YAML as ``load`` does with lines, but use what aliases stand for, and the last value of a key.

    The faults say what was read so; aliases may stand for so much only that no short text becomes a huge value.
    """
    walk = _Walk(text, MAX_DEPTH)
    walk.anchors = {}
    return walk.whole()


# Messages of libyaml -> what to do about them.
REMEDIES = (
    ("mapping values are not allowed", "a text that holds a colon and a space must be quoted"),
    ("cannot start any token", "put the text in quotes"),
    ("expected alphabetic or numeric character", "a text that begins with * or & must be quoted"),
    ("escape", "write \\\\ for a backslash in double quotes"),
    ("tab", "indent with spaces, not with tabs"),
)


def _line_of_open_quote(text: str, error: yaml.MarkedYAMLError) -> int | None:
    """Return the line on which a quote opens that is never closed, or only by the next quote on a later line."""
    if error.context_mark and "quoted scalar" in str(error.context):
        is_open = "end of stream" in str(error.problem) or "document indicator" in str(error.problem)
        return int(error.context_mark.line) + 1 if is_open else None
    opened = None
    with contextlib.suppress(yaml.YAMLError):
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.ScalarEvent) and event.start_mark and event.end_mark:
                is_long = event.style in ("'", '"') and event.start_mark.line < event.end_mark.line
                opened = event.start_mark.line + 1 if is_long else None
    return opened


def _in_words(error: yaml.MarkedYAMLError) -> str:
    words = str(error.problem or error.context)
    remedy = next((remedy for part, remedy in REMEDIES if part in words), None)
    return f"{words}; {remedy}" if remedy else words


# The path to the values of a list or mapping that is used as a key, where only text is allowed.
_IN_KEY: Where = ("\0",)


def _merged(values: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping with the keys that its merge key brings; its own outweigh them."""
    given = values["<<"]
    parts = [part for part in (given if isinstance(given, list) else [given]) if isinstance(part, dict)]
    if not parts:
        return values
    merged: dict[str, Any] = {}
    for part in reversed(parts):
        merged |= part
    return merged | {key: value for key, value in values.items() if key != "<<"}


class _Walk:
    """Builds values from libyaml's events, and records their lines.

    It is recursive: lists and mappings are nested at most ``max_depth`` deep.
    """

    def __init__(self, text: str, max_depth: int) -> None:
        self.next_event: Callable[[], Any] = yaml.CSafeLoader(text).get_event
        self.max_depth = max_depth
        self.loaded = Loaded()
        # The values of anchors, where aliases are to be read; and how many values they may still stand for.
        self.anchors: dict[str, Any] | None = None
        self.room = 1000

    def whole(self) -> Loaded:
        """Process the events of the only document."""
        self.next_event()  # of the stream's start
        event = self.next_event()
        if not isinstance(event, yaml.StreamEndEvent):
            self.loaded.value = self.value(self.next_event(), (), 0)
            self.next_event()  # of the document's end
            event = self.next_event()
        if not isinstance(event, yaml.StreamEndEvent):
            raise FrontMatterError(event.start_mark.line + 1, "E203", "not valid YAML: a second document begins")
        return self.loaded

    def value(self, event: Any, where: Where, depth: int) -> Any:
        """Return the value that begins with an event; ``where`` is the path to it, through ``depth`` lists and mappings."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            # Nearly all values are quoted text.
            return self.scalar(event) if event.implicit[0] or event.tag or event.anchor else event.value
        if kind is yaml.AliasEvent:
            self.fault(event, "E206", f"alias *{event.anchor}: write the value out")
            return self.meant(event)
        self.check_decorations(event)
        if depth >= self.max_depth:
            raise FrontMatterError(event.start_mark.line + 1, "E204", f"nested deeper than {MAX_DEPTH} levels")
        inner = self.mapping(where, depth + 1) if kind is yaml.MappingStartEvent else self.sequence(where, depth + 1)
        self.note(event, inner)
        return inner

    def note(self, event: Any, value: Any) -> None:
        if event.anchor is not None and self.anchors is not None:
            self.anchors[event.anchor] = value

    def meant(self, event: Any) -> Any:
        """Return the value that an alias stands for, None if aliases are not read, or stand for too much."""
        value = self.anchors.get(event.anchor) if self.anchors else None
        self.room -= repr(value).count(",") + 1
        if self.room < 0:
            raise FrontMatterError(event.start_mark.line + 1, "E206", f"alias *{event.anchor}: write the value out")
        return value

    def sequence(self, where: Where, depth: int) -> list[Any]:
        items: list[Any] = []
        while type(event := self.next_event()) is not yaml.SequenceEndEvent:
            place = (*where, len(items))
            self.loaded.lines[place] = event.start_mark.line + 1
            items.append(self.value(event, place, depth))
        return items

    def mapping(self, where: Where, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while type(event := self.next_event()) is not yaml.MappingEndEvent:
            key = self.checked_key(values, self.value(event, _IN_KEY, depth), event)
            place = (*where, key)
            self.loaded.lines[place] = event.start_mark.line + 1
            values[key] = self.value(self.next_event(), place, depth)
        return values if self.anchors is None or "<<" not in values else _merged(values)

    def checked_key(self, values: dict[str, Any], key: Any, event: Any) -> str:
        """Return ``key``, or a stand-in if the key is invalid, so that its value is still read."""
        if type(key) is not str:
            # An alias has no value of its own.
            shown = "a list or mapping" if isinstance(key, list | dict) else getattr(event, "value", "of an alias")[:60]
            self.fault(event, "E209", f"the key {shown} is not text: put it in quotes")
            if self.anchors is not None and isinstance(key, int | float | dt.date):
                return str(shown)
        elif key in values:
            self.fault(event, "E205", f"the key {key[:60]} occurs twice")
            if self.anchors is not None:
                return key
        else:
            return key
        return f"\0{len(values)}"

    def scalar(self, event: Any) -> Any:
        """Return the value of a scalar that is not simply quoted text."""
        self.check_decorations(event)
        self.note(event, event.value)
        if event.implicit[0]:
            try:
                value = plain_scalar(event.value)
                self.note(event, value)
                return value
            except MergeKeyError:
                self.fault(event, "E206", "merge key <<: write the keys out")
            except (ValueError, OverflowError) as error:
                self.fault(event, "E208", f"{event.value[:60]} is not valid: {error}")
        return event.value

    def check_decorations(self, event: Any) -> None:
        if event.anchor is not None:
            self.fault(event, "E206", f"anchor &{event.anchor[:60]}: write the value out where it is used")
        if event.tag is not None:
            self.fault(event, "E207", f"tag {event.tag[:60]}: write a plain or quoted value")

    def fault(self, event: Any, code: str, message: str) -> None:
        self.loaded.faults.append(Fault(event.start_mark.line + 1, code, message))
