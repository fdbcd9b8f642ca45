"""YAML -> plain values, strictly: no duplicate keys, anchors, aliases, merge keys or tags.

A walk over libyaml's events that never recurses; it gives what ``yaml.CSafeLoader`` gives for all that it accepts, in
less time, since no tree of nodes is built in between.
"""

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
    """What front matter says, what is wrong with it, and, when asked for, each value's line from 1."""

    value: Any = None
    faults: list[Fault] = field(default_factory=list)
    lines: dict[Where, int] = field(default_factory=dict)

    def line_of(self, where: Where) -> int:
        """Return the line of a value, or of the nearest thing around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def load(text: str, with_lines: bool = False, depth: int = 0) -> Loaded:
    """Load YAML into plain Python values; faults that leave the rest readable are collected.

    ``depth`` is that of the place which ``text`` was cut from.

    Raises FrontMatterError, with the line in ``text``, for what cannot be read any further.
    """
    if not with_lines and (value := read_house_style(text, MAX_DEPTH - depth)) is not None:
        return Loaded(value)
    builder = _Builder(with_lines, MAX_DEPTH - depth)
    try:
        builder.run(yaml.CSafeLoader(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # libyaml finds what is missing behind the last line.
        line = min(mark.line + 1 if mark else 1, text.count("\n") + 1)
        raise FrontMatterError(line, "E203", f"not valid YAML: {_in_words(error)}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, max(error.position or 0, 0)) + 1
        raise FrontMatterError(line, "E203", f"not valid YAML: {error.reason}") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise FrontMatterError(1, "E203", f"not valid YAML: {error}") from None
    return builder.loaded


# What libyaml finds wrong -> what to do about it.
REMEDIES = (
    ("mapping values are not allowed", "a text that holds a colon and a space must stand in quotes"),
    ("cannot start any token", "put the text in quotes"),
    ("expected alphabetic or numeric character", "a text that begins with * or & must stand in quotes"),
    ("unexpected end of stream", "a closing quote is missing"),
    ("escape", "write \\\\ for a backslash in double quotes"),
    ("tab", "indent with spaces, not with tabs"),
)


def _in_words(error: yaml.MarkedYAMLError) -> str:
    words = str(error.problem or error.context)
    remedy = next((remedy for part, remedy in REMEDIES if part in words), None)
    return f"{words}; {remedy}" if remedy else words


_NO_KEY = object()


@dataclass(slots=True)
class _Frame:
    """A list or mapping being built; ``where`` is the way to it."""

    container: Any
    is_mapping: bool
    where: Where = ()
    key: Any = _NO_KEY

    def place(self) -> Where:
        """Return the way to the value that comes next."""
        return (*self.where, self.key if self.is_mapping else len(self.container))


class _Builder:
    """Builds values from events, with a stack of its own instead of recursion."""

    def __init__(self, with_lines: bool, max_depth: int) -> None:
        self.loaded = Loaded()
        self.max_depth = max_depth
        self.with_lines = with_lines
        self.stack: list[_Frame] = []
        self.documents = 0

    def run(self, parser: Any) -> None:
        """Take all events; scalars of mappings, nearly all there is, are dealt with on the spot."""
        get_event, scalar_event, no_key = parser.get_event, yaml.ScalarEvent, _NO_KEY
        while True:
            event = get_event()
            if type(event) is not scalar_event:
                if self.structure(event):
                    return
                continue
            value = self.resolved(event) if event.implicit[0] or event.tag or event.anchor else event.value
            frame = self.stack[-1] if self.stack else None
            if frame is None or not frame.is_mapping or self.with_lines:
                self.put(value, event)
            elif frame.key is no_key:
                frame.key = self.checked_key(frame.container, value, event)
            else:
                frame.container[frame.key] = value
                frame.key = no_key

    def structure(self, event: Any) -> bool:
        """Take an event that is no scalar; return whether it is the last."""
        kind = type(event)
        if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self.start(event, kind is yaml.MappingStartEvent)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.stack.pop()
        elif kind is yaml.AliasEvent:
            self.fault(event, "E206", f"alias *{event.anchor}: write the value out")
            self.put(None, event)
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                raise FrontMatterError(event.start_mark.line + 1, "E203", "not valid YAML: a second document begins")
        return kind is yaml.StreamEndEvent

    def resolved(self, event: Any) -> Any:
        """Return the value of a scalar that is not simply quoted text."""
        self.check_decorations(event)
        value = event.value
        if event.implicit[0]:
            try:
                value = plain_scalar(value)
            except MergeKeyError:
                self.fault(event, "E206", "merge key <<: write the keys out")
            except (ValueError, OverflowError) as error:
                self.fault(event, "E208", f"{value[:60]} cannot be: {error}")
        return value

    def start(self, event: Any, is_mapping: bool) -> None:
        self.check_decorations(event)
        if len(self.stack) >= self.max_depth:
            raise FrontMatterError(event.start_mark.line + 1, "E204", f"nested deeper than {MAX_DEPTH} levels")
        frame = _Frame({} if is_mapping else [], is_mapping)
        if self.with_lines and self.stack:
            frame.where = self.stack[-1].place()
        self.put(frame.container, event)
        self.stack.append(frame)

    def put(self, value: Any, event: Any) -> None:
        """Set ``value`` where it belongs: as the whole, the next item, a key, or that key's value."""
        if not self.stack:
            self.loaded.value = value
            return
        frame = self.stack[-1]
        if frame.is_mapping and frame.key is _NO_KEY:
            frame.key = self.checked_key(frame.container, value, event)
            self.note_line(frame, event)
        elif frame.is_mapping:
            frame.container[frame.key] = value
            frame.key = _NO_KEY
        else:
            self.note_line(frame, event)
            frame.container.append(value)

    def checked_key(self, container: dict[str, Any], key: Any, event: Any) -> str:
        """Return ``key``, or a stand-in under which the value of a key that cannot be is read on."""
        if type(key) is not str:
            # An alias has no value of its own.
            shown = "a list or mapping" if isinstance(key, list | dict) else getattr(event, "value", "of an alias")[:60]
            self.fault(event, "E209", f"the key {shown} is not text: put it in quotes")
        elif key in container:
            self.fault(event, "E205", f"the key {key[:60]} stands twice")
        else:
            return key
        return f"\0{len(container)}"

    def note_line(self, frame: _Frame, event: Any) -> None:
        if self.with_lines:
            self.loaded.lines[frame.place()] = event.start_mark.line + 1

    def check_decorations(self, event: Any) -> None:
        if event.anchor is not None:
            self.fault(event, "E206", f"anchor &{event.anchor[:60]}: write the value out where it is used")
        if event.tag is not None:
            self.fault(event, "E207", f"tag {event.tag[:60]}: write a plain or quoted value")

    def fault(self, event: Any, code: str, message: str) -> None:
        self.loaded.faults.append(Fault(event.start_mark.line + 1, code, message))
