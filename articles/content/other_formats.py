"""Changes some values in front matter in TOML or JSON, and only the lines that have them. Pure.

Only whole values of keys are written, at the top and in tables or objects; all others, comments and the order of keys stay. The result is read again:
if it does not have the right values, the change is refused.
"""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from articles.content.yaml.compare import is_same
from articles.content.yaml.patcher_marks import REMOVED

_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


def patch_other(text: str, changes: Mapping[str, Any], format_name: str, line_end: str) -> str:
    """Return front matter with the values of top-level keys changed; REMOVED removes a key.

    Raises ValueError if that cannot be done.
    """
    read: Callable[[str], Any] = _read_toml if format_name == "toml" else json.loads
    change = _with_toml_key if format_name == "toml" else _with_json_key
    old = read(text)
    expected = {key: value for key, value in (old | changes).items() if value is not REMOVED}
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(old.get(key), dict) and (place := _inside(text, key, format_name)):
            inner = {name: value.get(name, REMOVED) for name in {**old[key], **value}}
            inner = {name: each for name, each in inner.items() if not is_same(old[key].get(name, REMOVED), each)}
            start, end = place
            text = text[:start] + patch_other(text[start:end], inner, format_name, line_end) + text[end:]
        elif key not in old or value is REMOVED or not is_same(old[key], value):
            text = change(text, key, value, line_end)
    if not is_same(read(text), expected):
        raise ValueError(f"these values cannot be written into {format_name.upper()}")
    return text


def _inside(text: str, key: str, format_name: str) -> tuple[int, int] | None:
    """Return where the keys of a table or object are, None if they are written otherwise."""
    if format_name == "toml":
        header = re.search(rf"^[ \t]*\[[ \t]*{re.escape(key)}[ \t]*\][^\n]*(?=\n)", text, re.MULTILINE)
        if header is None:
            return None
        following = _TABLE.search(text, header.end())
        return header.end(), following.start() if following else len(text)
    start, end = _json_value(text, key)
    return (start, end) if text[start : start + 1] == "{" else None


def _json_value(text: str, key: str) -> tuple[int, int]:
    """Return where the value of a key is in the text of an object."""
    decoder = json.JSONDecoder()
    position = text.index("{") + 1
    while True:
        name, name_end = decoder.raw_decode(text, _next(text, position, ", \t\r\n"))
        start = _next(text, name_end, ": \t\r\n")
        _, position = decoder.raw_decode(text, start)
        if name == key:
            return start, position


def _read_toml(text: str) -> Any:
    return tomllib.loads(text.replace("\r\n", "\n"))


def _with_toml_key(text: str, key: str, value: Any, line_end: str) -> str:
    table = _TABLE.search(text)
    end_of_keys = table.start() if table else len(text)
    name = re.compile(rf"^(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')[ \t]*=[ \t]*", re.MULTILINE)
    match = name.search(text, 0, end_of_keys)
    if match is None:
        if value is REMOVED:
            return text
        at = len(text[:end_of_keys].rstrip("\r\n \t"))
        before = line_end if at or not text[:1] else text[:1]
        written = key if re.fullmatch(r"[\w-]+", key) else json.dumps(key)
        return f"{text[:at]}{before}{written} = {toml_value(value)}{text[at:] or line_end}"
    end = _end_of_value(text, match.start(), match.end())
    if value is REMOVED:
        return text[: match.start()] + text[end:].removeprefix("\r").removeprefix("\n")
    return text[: match.end()] + toml_value(value) + text[end:]


def _end_of_value(text: str, start: int, value: int) -> int:
    """Return the end of a value: of the shortest run of whole lines that is TOML, without a comment behind it."""
    for match in re.finditer(r"\r?\n|\Z", text[value:]):
        end = value + match.start()
        try:
            tomllib.loads(text[start:end].replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError:
            continue
        comment = re.search(r"[ \t]+#[^\"'\n]*$", text[value:end])
        return value + comment.start() if comment else end
    raise ValueError("a value has no end")


def toml_value(value: Any) -> str:
    """Return a value on one line of TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _with_json_key(text: str, key: str, value: Any, line_end: str) -> str:
    decoder = json.JSONDecoder()
    position = text.index("{") + 1
    last_end, second = position, 0
    while True:
        position = _next(text, position, ", \t\r\n")
        if text[position] == "}":
            break
        second = position if last_end > text.index("{") + 1 and not second else second
        name, name_end = decoder.raw_decode(text, position)
        begin = _next(text, name_end, ": \t\r\n")
        _, end = decoder.raw_decode(text, begin)
        if name == key:
            if value is REMOVED:
                after = _next(text, end, ", \t\r\n")
                is_last = text[after] == "}"
                return text[:last_end] + text[end:] if is_last else text[:position] + text[after:]
            return text[:begin] + json.dumps(value, ensure_ascii=False) + text[end:]
        position = last_end = end
    if value is REMOVED:
        return text
    indent = re.search(r"\{(\s*)\"", text)
    space = indent[1] if indent else " "
    written = f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
    # Behind the first key, whose line has a comma: behind the last one, that line would need one.
    at = second or (position if indent is None else indent.end() - 1)
    return f"{text[:at]}{written}{f',{space}' if indent else ''}{text[at:]}"


def _next(text: str, position: int, passed: str) -> int:
    while text[position] in passed:
        position += 1
    return position
