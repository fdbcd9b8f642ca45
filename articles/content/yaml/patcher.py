"""Changes some values in a file's text, and only the lines that have them.

Values are found by their marks in libyaml's tree of nodes, and written with the same quotes and indentation as before;
comments and unknown keys are left alone. The result is read again; if it does not have the right values, more is
rewritten: the whole value, and as a last resort all front matter.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from articles.content.frontmatter import Document, split
from articles.content.other_formats import patch_other
from articles.content.yaml.compare import edit_steps, is_same
from articles.content.yaml.patcher_marks import REMOVED
from articles.content.yaml.reader import FrontMatterError, load
from articles.content.yaml.writer import (
    ARTICLE_STYLE,
    SET_APART,
    Style,
    flow,
    is_block,
    lines_of,
    lines_of_item,
    lines_of_key,
    ordered,
    stands_apart,
    styled,
)

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def patch(text: str, changes: Mapping[str, Any], body: str | None = None, style: Style = ARTICLE_STYLE) -> str:
    """Return a file's text with the values of top-level keys changed, and another body if one is given.

    Only the lines of those values change. The value REMOVED removes its key.
    """
    old = split(text)
    front_matter = old.front_matter
    if changes and old.format != "yaml":
        front_matter = patch_other(front_matter, changes, old.format, old.line_end)
    elif changes:
        # It begins with the end of the boundary's line.
        front_matter = f"{front_matter[:1]}{patch_yaml(front_matter[1:], changes, old.line_end, style)}"
    below = old.body if body is None else new_body(old, body)
    return f"{old.opening}{front_matter}{old.closing}{below}"


def new_body(document: Document, body: str) -> str:
    """Return what is below a file's front matter with another body in it; blank lines around it stay."""
    old = document.body.strip("\r\n")
    body = body.replace("\r\n", "\n").strip("\r\n").replace("\n", document.line_end)
    if old:
        before, _, after = document.body.partition(old)
        return f"{before}{body}{after}" if body else before
    end = "" if document.closing.endswith("\n") else document.line_end
    return f"{end}{document.line_end}{body}{document.line_end}" if body else document.body


def patch_data(text: str, changes: Mapping[str, Any], style: Style) -> str:
    """Return the text of a file that is YAML without more with the values of its keys changed, as ``patch`` does."""
    whole = text.removeprefix("\ufeff")
    line_end = "\r\n" if "\r\n" in text else "\n"
    return text[: len(text) - len(whole)] + (patch_yaml(whole, changes, line_end, style) if changes else whole)


def patch_yaml(text: str, changes: Mapping[str, Any], line_end: str = "\n", style: Style = ARTICLE_STYLE) -> str:
    """Return a YAML mapping's text with the values of its keys changed, as ``patch`` does."""
    old = load(text).value
    old = {} if old is None else old
    expected = {key: value for key, value in {**old, **changes}.items() if value is not REMOVED}
    ways: list[Callable[[], str]] = [
        lambda: Patcher(text, old, line_end, style).patched(changes, closely=True),
        lambda: Patcher(text, old, line_end, style).patched(changes, closely=False),
        lambda: "".join(f"{line}{line_end}" for line in lines_of(expected, style)),
    ]
    for way in ways:
        try:
            patched = way()
            if is_same(load(patched).value, expected):
                return patched
        except (FrontMatterError, yaml.YAMLError, CannotError):
            continue
    raise ValueError("these values cannot be written as YAML")


class CannotError(ValueError):
    """The value is written in a way that cannot be changed in place."""


@dataclass(slots=True)
class Patcher:
    """Collects the edits of one text: start, end and replacement."""

    text: str
    values: Any
    line_end: str
    style: Style
    starts: list[int] = field(init=False)
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.starts = [0, *(match.end() for match in _LINE_BREAK.finditer(self.text))]

    def patched(self, changes: Mapping[str, Any], closely: bool) -> str:
        root = yaml.compose(self.text, Loader=yaml.CSafeLoader)
        if not isinstance(root, yaml.MappingNode) or root.flow_style:
            raise CannotError
        self.change_keys(root, self.values, changes, self.style.order, closely)
        text = self.text
        # From the end, so that positions remain valid; of several at one position, the last first.
        for _, (start, end, new) in sorted(enumerate(self.edits), key=lambda each: (each[1][0], each[0]), reverse=True):
            text = text[:start] + new + text[end:]
        return text

    # -- Mappings -------------------------------------------------------------------

    def change_keys(
        self, node: yaml.MappingNode, old: Any, changes: Mapping[str, Any], order: tuple[str, ...], closely: bool
    ) -> None:
        places = {key.value: (key, value) for key, value in node.value}
        staying = {key: place for key, place in places.items() if changes.get(key) is not REMOVED}
        indent = node.value[0][0].start_mark.column
        for key, value in ordered(changes, order):
            if key not in places:
                if value is not REMOVED:
                    self.add_key(staying, key, value, order, indent)
            elif value is REMOVED:
                self.remove(*places[key])
            elif not is_same(old[key], value):
                self.change(*places[key], old[key], value, closely)

    def add_key(self, places: Mapping[str, Any], key: str, value: Any, order: tuple[str, ...], indent: int) -> None:
        """Insert a new key after the nearest one that precedes it in the house order."""
        if not places:
            raise CannotError
        lines = lines_of_key(key, value, indent)
        if indent == 0 and self.style.sets_apart and stands_apart(key, value) and self.sets_apart(places):
            lines.insert(0, "")
        earlier = order[: order.index(key)] if key in order else tuple(places)
        before = [name for name in places if name in earlier]
        if before:
            place = self.end_of(places[max(before, key=earlier.index)][1])
            text = "".join(f"{self.line_end}{line}" for line in lines)
        else:
            place = self.starts[min(name.start_mark.line for name, _ in places.values())]
            text = "".join(f"{line}{self.line_end}" for line in lines if line)
        self.edits.append((place, place, text))

    def sets_apart(self, places: Mapping[str, Any]) -> bool:
        """Return whether the file has empty lines between keys, or no keys to judge by."""
        lines = [name.start_mark.line for key, (name, _) in places.items() if key in SET_APART]
        return not lines or any(line and not self.line(line - 1).strip() for line in lines)

    def remove(self, key: yaml.Node, value: yaml.Node) -> None:
        """Remove a key's lines, and the empty line before it."""
        first, last = key.start_mark.line, self.last_line(value)
        if (
            first
            and not self.line(first - 1).strip()
            and (last + 1 >= len(self.starts) or not self.line(last + 1).strip())
        ):
            first -= 1
        self.edits.append((self.starts[first], self.start_of_line(last + 1), ""))

    # -- Values ---------------------------------------------------------------------

    def change(self, key: yaml.Node, node: yaml.Node, old: Any, new: Any, closely: bool) -> None:
        if closely and self.change_closely(node, old, new, key.value):
            return
        indent = key.start_mark.column
        lines = lines_of_key(key.value, new, indent)
        start = self.starts[key.start_mark.line] + indent
        text = self.line_end.join(lines)[indent:]
        self.edits.append((start, self.end_of(node), text))

    def change_closely(self, node: yaml.Node, old: Any, new: Any, key: str) -> bool:
        """Change a value in place; return whether that was possible."""
        if isinstance(node, yaml.ScalarNode):
            return self.change_scalar(node, new, key)
        if isinstance(node, yaml.CollectionNode) and node.flow_style:
            return self.change_flow(node, new, key)
        if isinstance(node, yaml.MappingNode) and isinstance(new, dict) and new:
            changes = {name: new.get(name, REMOVED) for name in {**old, **new}}
            self.change_keys(node, old, changes, tuple(new), closely=True)
            return True
        if isinstance(node, yaml.SequenceNode) and isinstance(new, list) and new:
            self.change_items(node, old, new, key)
            return True
        return False

    def change_scalar(self, node: yaml.ScalarNode, new: Any, key: str) -> bool:
        start, end = node.start_mark, node.end_mark
        if is_block(new) or start.line != end.line or (start.column == end.column):
            return False
        text = styled(new, node.style, key)
        if isinstance(new, dt.datetime) and " " in node.value:
            text = text.replace("T", " ")
        self.edits.append((self.place(start), self.place(end), text))
        return True

    def change_flow(self, node: yaml.Node, new: Any, key: str) -> bool:
        # An empty list has no style for new items of several lines.
        is_bare = not node.value and isinstance(new, list) and any(map(is_block, new))
        if node.start_mark.line != node.end_mark.line or is_bare:
            return False
        self.edits.append((self.place(node.start_mark), self.place(node.end_mark), flow(new, key)))
        return True

    def change_items(self, node: yaml.SequenceNode, old: list[Any], new: list[Any], key: str) -> None:
        """Change a list's items, keeping the lines of those that stay."""
        for operation, old_start, old_end, new_start, new_end in edit_steps(old, new):
            if operation == "equal":
                continue
            if operation == "replace" and old_end - old_start == new_end - new_start:
                pairs = zip(range(old_start, old_end), range(new_start, new_end), strict=True)
                for at, to in pairs:
                    if not self.change_closely(node.value[at], old[at], new[to], key):
                        raise CannotError
                continue
            self.replace_items(node, old_start, old_end, new[new_start:new_end], key)

    def replace_items(self, node: yaml.SequenceNode, start: int, end: int, new: list[Any], key: str) -> None:
        indent = node.start_mark.column
        style = next((each.style for each in node.value if isinstance(each, yaml.ScalarNode)), None)
        lines = [line for value in new for line in self.item_lines(value, key, indent, style)]
        if end > start:
            first, last = self.dash_line(node, start), self.last_line(node.value[end - 1])
            begin, finish = self.starts[first], self.start_of_line(last + 1)
            text = "".join(f"{line}{self.line_end}" for line in lines)
        elif start:
            begin = finish = self.end_of(node.value[start - 1])
            text = "".join(f"{self.line_end}{line}" for line in lines)
        else:
            begin = finish = self.starts[self.dash_line(node, 0)]
            text = "".join(f"{line}{self.line_end}" for line in lines)
        self.edits.append((begin, finish, text))

    def item_lines(self, value: Any, key: str, indent: int, style: str | None) -> list[str]:
        if is_block(value):
            return lines_of_item(value, key, indent)
        return [f"{' ' * indent}- {styled(value, style, key)}"]

    def dash_line(self, node: yaml.SequenceNode, index: int) -> int:
        """Return the line of an item's dash, on which, nearly always, the item begins."""
        line = int(node.value[index].start_mark.line)
        if not self.line(line).lstrip().startswith("-"):
            raise CannotError
        return line

    # -- Positions ------------------------------------------------------------------

    def place(self, mark: yaml.Mark) -> int:
        return self.starts[mark.line] + int(mark.column)

    def line(self, number: int) -> str:
        return self.text[self.starts[number] : self.start_of_line(number + 1)]

    def start_of_line(self, number: int) -> int:
        return self.starts[number] if number < len(self.starts) else len(self.text)

    def last_line(self, node: yaml.Node) -> int:
        """Return the last line of a node; a block's own end mark is after the empty lines that follow it."""
        if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
            return self.last_scalar_line(node)
        last = node.value[-1]
        return self.last_line(last[1] if isinstance(node, yaml.MappingNode) else last)

    def last_scalar_line(self, node: yaml.Node) -> int:
        line = int(node.end_mark.line)
        if node.end_mark.column == 0 and line > node.start_mark.line:
            line -= 1
            while line > node.start_mark.line and not self.line(line).strip():
                line -= 1
        return line

    def end_of(self, node: yaml.Node) -> int:
        """Return the end of a node's last line, including a comment, without the line end."""
        line = self.line(self.last_line(node))
        return self.starts[self.last_line(node)] + len(_LINE_BREAK.sub("", line))
