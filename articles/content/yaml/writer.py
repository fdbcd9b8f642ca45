"""Plain values -> front matter in the house style, in which nearly all content is written.

The reverse of fast_reader.py: keys in a fixed order, one style of scalar for each key, an empty line before
each block.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

ENTRY_KEYS = (
    *("title", "excerpt", "publishedDateTime", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl"),
    *("type", "provider", "quality", "images"),
)


ARTICLE_KEYS = (
    *("category", "title", "excerpt", "publishedDateTime", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl"),
    *("type", "quality", "heat", "removed", "published", "featuredContent", "provider", "topics", "images"),
    *("related", "secured"),
)


IMAGE_KEYS = ("url", "width", "height", "isCached", "title")


PROVIDER_KEYS = ("taxonomy", "_id", "name", "domain", "otherDomains", "kind", "description", "images")


TOPIC_KEYS = (
    *("taxonomy", "_id", "oldSlugs", "name", "otherNames", "shortname", "parent", "position", "description"),
    *("keywords", "hashtags", "images"),
)


# Keys that have an empty line before them, in any order.
SET_APART = frozenset({"featuredContent", "provider", "topics", "images", "related", "secured"})


QUOTED = frozenset(
    {"title", "excerpt", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl", "featuredContent", "secured", "url"}
)


_ORDERS: dict[str, tuple[str, ...]] = {"images": IMAGE_KEYS, "provider": PROVIDER_KEYS, "related": ENTRY_KEYS}


class Style(NamedTuple):
    """The layout of a kind of file: the order of keys, and whether blocks have an empty line before them."""

    order: tuple[str, ...]
    sets_apart: bool = False


ARTICLE_STYLE = Style(ARTICLE_KEYS, sets_apart=True)


# Of article files of other tools.
PLAIN_STYLE = Style(ARTICLE_KEYS)


ORGANIZATION_STYLE = Style(PROVIDER_KEYS)


TOPIC_STYLE = Style(TOPIC_KEYS)

NOTHING: Mapping[str, list[str]] = MappingProxyType({})

# Characters to escape in double quotes: those that PyYAML's reader refuses, and line breaks.
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')


_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def write_file(values: Mapping[str, Any], body: str = "", blocks: Mapping[str, list[str]] = NOTHING) -> str:
    """Return the text of an article file: front matter and body.

    ``blocks`` are the finished lines of some keys.
    """
    front_matter = "\n".join(lines_of(values, blocks=blocks))
    return f"---\n{front_matter}\n---\n\n" + (f"{body}\n" if body else "")


def lines_of(
    values: Mapping[str, Any], style: Style = ARTICLE_STYLE, blocks: Mapping[str, list[str]] = NOTHING
) -> list[str]:
    """Return the lines of a file's values; keys that are not part of the style come last, in their order."""
    lines: list[str] = []
    written = {key: block for key, block in blocks.items() if block}
    for key, value in ordered({**values, **written}, style.order):
        if lines and style.sets_apart and stands_apart(key, value):
            lines.append("")
        lines += [f"{key}:", *written[key]] if key in written else lines_of_key(key, value)
    return lines


def stands_apart(key: str, value: Any) -> bool:
    return key in SET_APART or is_block(value)


def ordered(values: Mapping[str, Any], order: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield items in the house order, then the others in their own."""
    yield from ((key, values[key]) for key in order if key in values)
    yield from ((key, value) for key, value in values.items() if key not in order)


def is_block(value: Any) -> bool:
    """Return whether a value takes lines of its own."""
    return isinstance(value, dict | list) and bool(value)


def lines_of_key(key: str, value: Any, indent: int = 0, order: tuple[str, ...] = ()) -> list[str]:
    """Return the lines of a key and its value; ``order`` is that of a mapping's own keys."""
    start = f"{' ' * indent}{scalar(key)}:"
    if not is_block(value):
        return [f"{start} {scalar(value, key)}"]
    return [start, *_block(value, key, indent + 2, order or _ORDERS.get(key, ()))]


def lines_of_item(value: Any, key: str, indent: int) -> list[str]:
    """Return the lines of one item of the list that ``key`` has, indented with its dash."""
    dash = f"{' ' * indent}- "
    if not is_block(value):
        return [f"{dash}{scalar(value, key)}"]
    first, *others = _block(value, key, indent + 2, _ORDERS.get(key, ()))
    return [dash + first.lstrip(" "), *others]


def _block(value: Any, key: str, indent: int, order: tuple[str, ...]) -> list[str]:
    if isinstance(value, dict):
        return [line for name, each in ordered(value, order) for line in lines_of_key(name, each, indent)]
    return [line for each in value for line in lines_of_item(each, key, indent)]


# -- Scalars --------------------------------------------------------------------


def scalar(value: Any, key: str = "") -> str:
    """Return a value on one line, in the style of ``key``, or else as simply as possible."""
    if isinstance(value, str):
        return double_quoted(value) if key in QUOTED or not is_plain(value) else value
    if isinstance(value, dt.datetime):
        return _time(value)
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, float):
        return _float(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return str(value)


def double_quoted(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _SHORT.get(char) or (f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}")


@lru_cache(maxsize=16_384)
def is_plain(text: str) -> bool:
    """Return whether ``text`` without quotes is read as the same text, as a key, a value or an item."""
    if not text or _ESCAPED.search(text.replace('"', "").replace("\\", "")):
        return False
    try:
        loaded = yaml.load(f"{text}: 1\na: {text}\nb:\n  - {text}\n", yaml.CSafeLoader)
    except yaml.YAMLError:
        return False
    return bool(loaded == {text: 1, "a": text, "b": [text]} and type(next(iter(loaded))) is str)


def _time(value: dt.datetime) -> str:
    text = value.isoformat()
    return text.removesuffix("+00:00") + "Z" if value.utcoffset() == dt.timedelta(0) else text


def _float(value: float) -> str:
    """Return a number for YAML 1.1, which has no exponents without a dot."""
    return str(yaml.safe_dump(value)).split("\n", 1)[0]


def styled(value: Any, style: str | None, key: str) -> str:
    """Return a scalar in the style of the one it replaces, or of its key, if possible."""
    if not isinstance(value, str):
        return scalar(value, key)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style == '"' or not is_plain(value):
        return double_quoted(value)
    return value


def flow(value: Any, key: str) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(name, '')}: {flow(each, name)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(each, key) for each in value) + "]"
    text = scalar(value, key)
    return (
        double_quoted(value) if isinstance(value, str) and text[:1] != '"' and re.search(r"[,\[\]{}:]", text) else text
    )
