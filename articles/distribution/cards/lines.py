"""Text broken into lines, and the parts of a line in the order in which they are seen."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from articles.distribution.cards.fonts import FALLBACK, font, font_of, is_joiner

# Korean has spaces between its words, Chinese and Japanese have none.
_BREAKABLE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
# What no line begins with, as "。" and closing brackets.
_NOT_FIRST = set("、。，．！？：；）」』】》〉”’%…ー々")
RTL = {"R", "AL"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line in one font and one direction."""

    text: str
    font: str
    is_rtl: bool

    def width(self, size: int) -> float:
        return font(self.font, size).getlength(self.text, direction="rtl" if self.is_rtl else "ltr")


def is_rtl(text: str) -> bool:
    """Return whether a text runs from right to left: its first letter decides."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind in RTL for kind in kinds if kind == "L" or kind in RTL), False)


@lru_cache(2000)
def width_of(text: str, size: int) -> float:
    return sum(part.width(size) for part in parts_of(text, is_rtl(text)))


def broken(text: str, size: int, width: int) -> list[str]:
    """Return the lines of a text; what is too long for a line is broken anywhere."""
    lines, line, used = [], "", 0.0
    for token in _tokens(text):
        # The sum is close enough, and far quicker than to measure each line anew.
        if line and used + width_of(token.rstrip(), size) > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + token, used + width_of(token, size)
        while used > width and width_of(line.rstrip(), size) > width:
            fits = _fitting(line, size, width)
            lines.append(line[:fits])
            line = line[fits:]
            used = width_of(line, size)
    return [*lines, line.rstrip()] if line.strip() else lines


def cut(lines: list[str], most: int, size: int, width: int) -> list[str]:
    """Return at most so many lines, the last with an ellipsis if there were more."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(f"{last}…", size) > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def parts_of(line: str, base_is_rtl: bool) -> list[Part]:
    """Return the parts of a line from left to right."""
    directions = _directions(line, base_is_rtl)
    fonts = _fonts(line)
    keyed = groupby(zip(line, fonts, directions, strict=True), key=lambda each: each[1:])
    parts = [Part("".join(char for char, _, _ in group), name, rtl) for (name, rtl), group in keyed]
    if base_is_rtl:
        parts.reverse()
    ordered: list[Part] = []
    for rtl, group in groupby(parts, key=lambda part: part.is_rtl):
        same = list(group)
        ordered += same[::-1] if rtl != base_is_rtl else same
    return ordered


def _fonts(line: str) -> list[str]:
    """Return the font of each character; joiners have that of what is before them."""
    names: list[str] = []
    for char in line:
        before = names[-1] if names else FALLBACK
        names.append(before if is_joiner(char) else font_of(char) or FALLBACK)
    return names


def _directions(line: str, base_is_rtl: bool) -> list[bool]:
    """Return for each character whether it runs from right to left: neutral ones do as both neighbours, or as the line."""
    strong: list[bool | None] = []
    for char in line:
        kind = unicodedata.bidirectional(char)
        strong.append(True if kind in RTL or kind == "AN" else False if kind in ("L", "EN") else None)
    before: bool = base_is_rtl
    found = []
    for index, each in enumerate(strong):
        if each is None:
            after = next((later for later in strong[index:] if later is not None), base_is_rtl)
            found.append(before if before == after else base_is_rtl)
        else:
            before = each
            found.append(each)
    return found


def _tokens(text: str) -> Iterator[str]:
    """Yield what stays together: words with the spaces after them, and single Chinese and Japanese characters."""
    token = ""
    for char in text:
        breaks = token and (token[-1] == " " or _BREAKABLE.match(char) or _BREAKABLE.match(token[-1]))
        if breaks and char not in _NOT_FIRST and char != " ":
            yield token
            token = ""
        token += char
    yield token


def _fitting(text: str, size: int, width: int) -> int:
    """Return how many characters fit into a line, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(text[:middle], size) <= width else (low, middle - 1)
    while low < len(text) - 1 and low > 1 and is_joiner(text[low]):
        low -= 1
    return low
