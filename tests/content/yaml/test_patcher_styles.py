"""Changes in files of any style: whatever stands around a value stays as it is, byte for byte."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from articles.content.yaml.patcher import patch_yaml
from articles.content.yaml.patcher_marks import REMOVED
from articles.content.yaml.reader import load
from articles.content.yaml.writer import double_quoted, is_plain

TEXT = st.text(alphabet=st.one_of(st.sampled_from("ab '\"#:-[]{},é中\n\\"), st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=12)  # fmt: skip
FIRST_TIME = dt.datetime.fromisoformat("1000-01-01")
TIMES = st.datetimes(min_value=FIRST_TIME, timezones=st.just(dt.UTC)).map(
    lambda time: time.replace(microsecond=0, fold=0)
)
SCALARS = st.one_of(TEXT, st.integers(-(10**6), 10**6), st.booleans(), TIMES)
KEYS = st.sampled_from(["title", "excerpt", "heat", "topics", "images", "provider", "x", "name", "url", "no", "a b"])
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=4),
    st.dictionaries(KEYS, SCALARS, max_size=3),
    st.lists(st.dictionaries(KEYS, SCALARS, min_size=1, max_size=3), max_size=3),
)


@dataclass
class Writer:
    """Writes values as people do, each time in another way."""

    draw: Callable[[Any], Any]

    def pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def scalar(self, value: Any, in_flow: bool = False) -> str:
        if not isinstance(value, str):
            text: str = value.isoformat() if isinstance(value, dt.datetime) else str(value).lower()
            return text
        ways = [double_quoted(value)]
        if value.isprintable():
            ways.append("'" + value.replace("'", "''") + "'")
        if is_plain(value) and not (in_flow and set(value) & set(",[]{}:")):
            ways.append(value)
        return str(self.pick(*ways))

    def comment(self) -> str:
        return str(self.pick("", "", "  # a note", "   "))

    def flow(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.scalar(key, True)}: {self.flow(each)}" for key, each in value.items()) + "}"
        return "[" + ", ".join(map(self.flow, value)) + "]" if isinstance(value, list) else self.scalar(value, True)

    def key_lines(self, key: str, value: Any, indent: int) -> list[str]:
        start = f"{' ' * indent}{self.scalar(key)}:"
        if (
            isinstance(value, str)
            and value.isprintable()
            and value.strip()
            and value == value.strip()
            and self.pick(0, 0, 1)
        ):
            return [f"{start} {self.pick('|-', '>-')}{self.comment()}".rstrip(), f"{' ' * (indent + 2)}{value}"]
        if not isinstance(value, dict | list):
            return [f"{start}{self.pick(' ', '  ')}{self.scalar(value)}{self.comment()}"]
        if not value or self.pick(True, False):
            return [f"{start} {self.flow(value)}{self.comment()}"]
        deeper = indent + (self.pick(0, 2, 4) if isinstance(value, list) else self.pick(1, 2, 4))
        lines = [f"{start}{self.comment()}"]
        if isinstance(value, dict):
            for name, each in value.items():
                lines += self.key_lines(name, each, deeper)
            return lines
        for each in value:
            if not isinstance(each, dict):
                lines.append(f"{' ' * deeper}- {self.scalar(each)}{self.comment()}")
                continue
            item = [line for name, inner in each.items() for line in self.key_lines(name, inner, deeper + 2)]
            lines += [f"{' ' * deeper}- {item[0].lstrip(' ')}", *item[1:]]
        return lines

    def filler(self) -> list[str]:
        return list(self.pick([], [], [""], ["# a comment"], ["", "# a comment: 1", ""]))


Part = tuple[str | None, str]  # a key, or None for what stands between keys, and its lines


@st.composite
def written(draw: st.DrawFn) -> tuple[dict[str, Any], list[Part], str]:
    """Return values, the parts of a text that says them, and what its lines end with."""
    values = draw(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5))
    writer, line_end = Writer(draw), draw(st.sampled_from(["\n", "\r\n"]))
    parts: list[Part] = []
    for key, value in values.items():
        for name, lines in ((None, writer.filler()), (key, writer.key_lines(key, value, 0))):
            parts.append((name, "".join(f"{line}{line_end}" for line in lines)))
    assert load(joined(parts)).value == values
    return values, parts, line_end


def joined(parts: list[Part]) -> str:
    return "".join(part for _, part in parts)


def assert_ends(text: str, line_end: str) -> None:
    assert "\r" not in text if line_end == "\n" else "\n" not in text.replace("\r\n", "")


@settings(max_examples=400)
@given(st.data(), written())
def test_a_new_value_leaves_all_around_it_as_it_was(
    data: st.DataObject, file: tuple[dict[str, Any], list[Part], str]
) -> None:
    values, parts, line_end = file
    key, value = data.draw(st.sampled_from(sorted(values))), data.draw(VALUES)
    new = patch_yaml(joined(parts), {key: value}, line_end)
    assert load(new).value == values | {key: value}
    place = [name for name, _ in parts].index(key)
    assert new.startswith(joined(parts[:place]))
    assert new.endswith(joined(parts[place + 1 :]))
    assert_ends(new, line_end)


@settings(max_examples=200)
@given(st.data(), written())
def test_a_key_that_goes_takes_its_lines_and_at_most_an_empty_one_away(
    data: st.DataObject, file: tuple[dict[str, Any], list[Part], str]
) -> None:
    values, parts, line_end = file
    key = data.draw(st.sampled_from(sorted(values)))
    rest = {name: value for name, value in values.items() if name != key}
    if not rest:
        return
    new = patch_yaml(joined(parts), {key: REMOVED}, line_end)
    assert load(new).value == rest
    others = joined([part for part in parts if part[0] != key])
    assert [line for line in new.split(line_end) if line] == [line for line in others.split(line_end) if line]
    assert others.count(line_end) - new.count(line_end) in (0, 1)


@settings(max_examples=200)
@given(written(), st.sampled_from(["category", "quality", "secured", "unknown"]), VALUES)
def test_a_new_key_comes_between_the_lines_that_are_there(
    file: tuple[dict[str, Any], list[Part], str], key: str, value: Any
) -> None:
    values, parts, line_end = file
    text = joined(parts)
    new = patch_yaml(text, {key: value}, line_end)
    assert load(new).value == values | {key: value}
    assert any(new.startswith(text[:at]) and new.endswith(text[at:]) for at in range(len(text) + 1))
    assert_ends(new, line_end)


@settings(max_examples=300)
@given(
    st.data(), st.lists(SCALARS, min_size=2, max_size=6, unique_by=repr), st.sampled_from(["goes", "comes", "changes"])
)
def test_the_lines_of_the_other_items_of_a_list_stay(data: st.DataObject, items: list[Any], what: str) -> None:
    writer = Writer(data.draw)
    indent = " " * writer.pick(0, 2, 3)
    lines = [[*writer.filler(), f"{indent}- {writer.scalar(item)}{writer.comment()}"] for item in items]
    at, value = data.draw(st.integers(0, len(items) - 1)), data.draw(SCALARS)
    end = at if what == "comes" else at + 1
    new_items = [*items[:at], *([] if what == "goes" else [value]), *items[end:]]
    text = "".join(f"{line}\n" for line in ["topics:", *chain.from_iterable(lines), "x: 1"])
    new = patch_yaml(text, {"topics": new_items})
    assert load(new).value == {"topics": new_items, "x": 1}
    kept = [
        line
        for index, each in enumerate(lines)
        for line in each
        if what == "comes" or index != at or line is not each[-1]
    ]
    position = 0
    for line in ["topics:", *kept, "x: 1"]:
        position = new.index(f"{line}\n", position) + len(line) + 1
