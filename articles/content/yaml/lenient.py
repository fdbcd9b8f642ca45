"""Reads YAML that is not quite right as it was probably meant. Pure.

Tools for blogs accept more than one strict reader does, and people do not quote titles with a colon. What is read
otherwise than it is written has a fault that says so, with the line as it should be.
"""

import re

from articles.content.problems import Fault
from articles.content.yaml.reader import FrontMatterError, Loaded, load, load_with_aliases

_LINE = re.compile(r"^( *(?:- )?)([\w.-]+)([ \t]*:[ \t]+)(\S.*?)[ \t]*$")
_DASH_TAB = re.compile(r"^( *-)\t+", re.MULTILINE)
MENDED_AT_MOST = 10  # lines


def load_leniently(text: str, with_lines: bool = False) -> Loaded:
    """Return the values of YAML; faults are only of what was read otherwise than it is written.

    Raises FrontMatterError for what cannot be read in any sensible way.
    """
    return read_mended(text, with_lines)[1]


def read_mended(text: str, with_lines: bool = False) -> tuple[str, Loaded]:
    """Return the text with its mistakes mended, line by line, and its values as ``load_leniently`` does."""
    mended: list[Fault] = []
    current = text
    for _ in range(MENDED_AT_MOST):
        try:
            loaded = load(current, with_lines)
            if loaded.faults:
                loaded = load_with_aliases(current)
            loaded.faults = [*mended, *(Fault(each.line, "W416", each.message) for each in loaded.faults)]
            loaded.value = {} if loaded.value is None else loaded.value
            return current, loaded
        except FrontMatterError as error:
            current, fault = _mended(current, error)
            mended.append(fault)
    return current, load(current, with_lines)


def _mended(text: str, error: FrontMatterError) -> tuple[str, Fault]:
    """Return the text with the line of an error mended; raise the error if there is nothing to mend."""
    lines = text.split("\n")
    if "\t" in text and any(line.startswith("\t") for line in lines):
        number = next(number for number, line in enumerate(lines) if line.startswith("\t"))
        return re.sub(r"^\t+", lambda tabs: "  " * len(tabs[0]), text, flags=re.MULTILINE), Fault(
            number + 1, "W416", "is indented with a tab; indent with spaces"
        )
    if _DASH_TAB.search(text):
        number = next(number for number, line in enumerate(lines) if _DASH_TAB.match(line))
        return _DASH_TAB.sub(r"\1 ", text), Fault(number + 1, "W416", "has a tab behind a dash; write a space")
    for number in (error.line - 1, error.line - 2):
        match = _LINE.match(lines[number].rstrip("\r")) if 0 <= number < len(lines) else None
        if error.code == "E203" and match and not _is_right(match[4]):
            inner = match[4][1:-1] if _is_wrapped(match[4]) else match[4]
            value = inner.replace("'", "''")
            end = "\r" if lines[number].endswith("\r") else ""
            lines[number] = f"{match[1]}{match[2]}{match[3]}'{value}'{end}"
            words = f"is read as text; write {match[2]}: '{value[:60]}'"
            return "\n".join(lines), Fault(number + 1, "W416", f"{match[2]} {words}")
    raise error


def _is_wrapped(value: str) -> bool:
    """Return whether a value has the same quotes at both ends."""
    return len(value) > 1 and value[0] == value[-1] and value[0] in "'\""


def _is_right(value: str) -> bool:
    """Return whether a value is a text in single quotes as YAML has it."""
    return value[0] == "'" == value[-1] and len(value) > 1 and "'" not in value[1:-1].replace("''", "")
