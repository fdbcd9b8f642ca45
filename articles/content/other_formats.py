"""Changes some values in front matter in TOML or JSON, and only the lines that have them. Pure.

Only whole values of top-level keys are written; all others, comments and the order of keys stay. The result is read again:
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
        if key not in old or value is REMOVED or not is_same(old[key], value):
            text = change(text, key, value, line_end)
    if not is_same(read(text), expected):
        raise ValueError(f"these values cannot be written into {format_name.upper()}")
    return text


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
    last_end = position
    while True:
        position = _next(text, position, ", \t\r\n")
        if text[position] == "}":
            break
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
    comma = "," if text[last_end - 1] != "{" else ""
    return f"{text[:last_end]}{comma}{space}{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}{text[last_end:]}"


def _next(text: str, position: int, passed: str) -> int:
    while text[position] in passed:
        position += 1
    return position
