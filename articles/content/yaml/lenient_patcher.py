"""Changes values in YAML that is not quite right, and only the lines that have them. Pure.

The mistakes are mended line by line, the changes are made in the mended text, and every line that has not changed gets back
what was written there.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

import yaml

from articles.content.frontmatter import split_or_body
from articles.content.yaml.compare import is_same
from articles.content.yaml.lenient import load_leniently, read_mended
from articles.content.yaml.patcher import CannotError, Patcher, new_body, patch
from articles.content.yaml.patcher_marks import REMOVED
from articles.content.yaml.reader import FrontMatterError, load
from articles.content.yaml.writer import PLAIN_STYLE, Style, lines_of_key


def patch_any(text: str, changes: Mapping[str, Any], body: str | None = None) -> str:
    """Return a file's text as ``patch`` does, also where its front matter is read otherwise than it is written, or missing.

    Raises ValueError if the changes cannot be written, and FrontMatterError if the file cannot be read.
    """
    old = split_or_body(text)
    if old.format != "yaml" or (old.closing[:1] == "-" and not _is_mended(old.front_matter)):
        return patch(text, changes, body, PLAIN_STYLE)
    below = old.body if body is None else new_body(old, body)
    if old.closing:
        inner = patch_leniently(old.front_matter[1:], changes, old.line_end, PLAIN_STYLE) if changes else ""
        front_matter = f"{old.front_matter[:1]}{inner}" if changes else old.front_matter
        return f"{old.opening}{front_matter}{old.closing}{below}"
    end = "\r\n" if "\r\n" in text else "\n"
    written = {key: value for key, value in changes.items() if value is not REMOVED}
    lines = [line for key, value in written.items() for line in lines_of_key(key, value)]
    front_matter = "".join(f"{line}{end}" for line in ["---", *lines, "---", ""]) if lines else ""
    return f"{old.opening}{front_matter}{below}"


def _is_mended(front_matter: str) -> bool:
    """Return whether front matter is read otherwise than it is written."""
    try:
        return bool(load(front_matter).faults)
    except FrontMatterError:
        return True


def patch_leniently(text: str, changes: Mapping[str, Any], line_end: str, style: Style) -> str:
    """Return a YAML mapping's text with the values of its keys changed; REMOVED removes a key.

    Raises ValueError if they cannot be written so that they are read again as they are.
    """
    mended, loaded = read_mended(text)
    old: dict[str, Any] = loaded.value
    expected = {key: value for key, value in {**old, **changes}.items() if value is not REMOVED}
    if not old:
        return text + "".join(
            f"{line}{line_end}" for key, value in expected.items() for line in lines_of_key(key, value)
        )
    for closely in (True, False):
        try:
            patched = _Patcher(mended, old, line_end, style).patched(changes, closely)
            patched = _with_lines_of(text, mended, patched)
            if is_same(load_leniently(patched).value, expected):
                return patched
        except (FrontMatterError, yaml.YAMLError, CannotError):
            continue
    raise ValueError("the front matter is not quite YAML; mend it first")


def _with_lines_of(text: str, mended: str, patched: str) -> str:
    """Return ``patched`` with the lines of ``text`` in place of those lines of ``mended`` that are still there."""
    own, old, new = text.split("\n"), mended.split("\n"), patched.split("\n")
    lines: list[str] = []
    for operation, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        lines += own[start:end] if operation == "equal" else new[new_start:new_end]
    return "\n".join(lines)


class _Patcher(Patcher):
    """Knows keys that occur twice, whose last value counts, and anchors: what loses its anchor is written out."""

    def patched(self, changes: Mapping[str, Any], closely: bool) -> str:
        self.losing = self.losers(changes)
        return super().patched({**{key: self.values[key] for key in self.losing}, **changes}, closely)

    def losers(self, changes: Mapping[str, Any]) -> set[str]:
        """Return the keys with aliases of values that change, or that are merged from them."""
        root = yaml.compose(self.text, Loader=yaml.CSafeLoader)
        if not isinstance(root, yaml.MappingNode):
            raise CannotError
        spans = {
            key.value: (key.start_mark.index, value.end_mark.index) for key, value in root.value if _is_own(key, value)
        }
        changing = [spans[key] for key in changes if key in spans]
        return {
            key.value
            for key, value in root.value
            for at in _aliased(key, value)
            if key.value not in changes and any(start <= at < end for start, end in changing)
        }

    def change_keys(
        self, node: yaml.MappingNode, old: Any, changes: Mapping[str, Any], order: tuple[str, ...], closely: bool
    ) -> None:
        own = [(key, value if _is_own(key, value) else self.alias(key)) for key, value in node.value]
        node.value = own
        for key, value in own:
            # What a key that occurs twice was before means something again when the last one goes.
            is_last = next(each for each, _ in reversed(own) if each.value == key.value) is key
            if changes.get(key.value) is REMOVED and not is_last:
                self.remove(key, value)
        super().change_keys(node, old, changes, order, closely)
        for key, value in own:
            if key.value in self.losing and changes.get(key.value) is old.get(key.value):
                self.change(key, value, None, old[key.value], closely=False)

    def alias(self, key: yaml.Node) -> yaml.ScalarNode:
        """Return a node at the place of an alias; libyaml's tree has that of its anchor there."""
        start, line = key.end_mark, self.line(key.end_mark.line)
        column = line.find("*", start.column)
        if column < 0:
            raise CannotError
        end = column + len(line[column:].split()[0])
        at, to = (yaml.Mark("", 0, start.line, place, "", 0) for place in (column, end))
        return yaml.ScalarNode("", "*", at, to)


def _is_own(key: yaml.Node, value: yaml.Node) -> bool:
    """Return whether a value is written behind its key: not an alias of something before."""
    return bool(value.start_mark.index > key.start_mark.index)


def _aliased(key: yaml.Node, value: yaml.Node) -> Iterator[int]:
    """Yield the places of the anchors of which a key's value has aliases."""
    if not _is_own(key, value):
        yield value.start_mark.index
    elif isinstance(value, yaml.CollectionNode):
        parts = value.value if isinstance(value, yaml.SequenceNode) else [part for pair in value.value for part in pair]
        for part in parts:
            yield from _aliased(key, part)
