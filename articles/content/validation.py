"""Plain values -> a record, or every fault that they have, in words."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from articles.content.schema import NO_ADDRESS, AnyRecord, ArticleRecord, EntryRecord, Record, shown_value
from articles.content.yaml.reader import Where


class InvalidError(ValueError):
    """Values that break the schema: each with the way to it, a code and a message that names it."""

    def __init__(self, faults: list[tuple[Where, str, str]]) -> None:
        super().__init__("; ".join(message for _, _, message in faults))
        self.faults = faults


def validate(record: type[AnyRecord], values: Any) -> AnyRecord:
    """Return ``values`` as a ``record``; raise InvalidError with every fault there is.

    Keys with nothing behind them are taken out of ``values``: they are the same as keys that were left out.
    """
    try:
        return record.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    if empty := {each["loc"] for each in errors if each["input"] is None and _take_out(values, each["loc"])}:
        try:
            return record.model_validate(values)
        except ValidationError as error:
            errors = error.errors(include_url=False)
    faults = [_fault(each, each["loc"] in empty) for each in errors]
    raise InvalidError([*faults, *(each for each in _unaddressed(record, values) if each not in faults)])


def _take_out(values: Any, where: Where) -> bool:
    """Take a key with nothing behind it out of its mapping; return whether there was one at this place."""
    for step in where[:-1]:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return False
    if where and isinstance(values, dict) and values.get(where[-1], ...) is None:
        del values[where[-1]]
        return True
    return False


def _unaddressed(record: type[Record], values: Any) -> Iterator[tuple[Where, str, str]]:
    """Yield the article and entries that lead nowhere, which records tell only when nothing else is wrong with them."""
    if not issubclass(record, EntryRecord) or not isinstance(values, dict):
        return
    related = values.get("related") if issubclass(record, ArticleRecord) else None
    entries = enumerate(related if isinstance(related, list) else ())
    for where, each in [((), values), *((("related", index), entry) for index, entry in entries)]:
        if isinstance(each, dict) and not (each.get("webUrl") or each.get("originalUrl")):
            yield where, "E301", f"{name_of(where)}{': ' if where else ''}{NO_ADDRESS}{_instead('webUrl', each)}"


# What other programs call what our files must have.
OTHER_NAMES = {
    "publishedDateTime": ("date", "pubDate", "publishDate", "published_at"),
    "webUrl": ("link", "url", "external_url", "source"),
    "title": ("headline", "name"),
}


def _instead(key: str, values: Any) -> str:
    """Return what to say when a file has another program's name for a key that is missing."""
    name = next((name for name in OTHER_NAMES.get(key, ()) if isinstance(values, dict) and name in values), None)
    return f" ({name} is no key here)" if name else ""


# pydantic's kinds of error that are not simply a wrong type: our code and words for each.
_WORDS = {
    "missing": ("E301", "is missing"),
    "string_too_short": ("E301", "is empty"),
    "string_too_long": ("E305", "is longer than {max_length} characters"),
    "too_long": ("E305", "has more than {max_length} entries"),
    "greater_than_equal": ("E305", "is below {ge}"),
    "less_than_equal": ("E305", "is above {le}"),
    "literal_error": ("E302", "must be {expected}, not {shown}"),
    "string_pattern_mismatch": ("E302", "may hold letters, digits, hyphens and underscores only"),
    "model_type": ("E302", "must be keys with values, not {shown}"),
    "list_type": ("E302", "must be a list, not {shown}"),
    "int_type": ("E302", "must be a whole number without quotes, not {shown}"),
    "bool_type": ("E302", "must be true or false, not {shown}"),
    "string_type": ("E302", "must be text, not {shown}: put it in quotes"),
}


def _fault(error: ErrorDetails, is_empty: bool) -> tuple[Where, str, str]:
    """Return where a value is wrong, how, and in words; ``is_empty`` when its key has nothing behind it in the file."""
    where, kind = error["loc"], error["type"]
    name = name_of(where)
    if kind.startswith("E"):
        # A missing address is the whole entry's fault, so that the message names the key itself.
        hint = _instead("webUrl", error["input"]) if error["msg"] == NO_ADDRESS else ""
        return where, kind, f"{name}{': ' if kind == 'E301' and name else ' '}{error['msg']}{hint}".strip()
    if error["input"] is None or is_empty:
        return where, "E302", f"{name} has no value"
    code, words = _WORDS.get(kind, ("E302", error["msg"]))
    hint = _instead(str(where[-1]), error["input"]) if kind == "missing" else ""
    return (
        where,
        code,
        f"{name} {words.format(**error.get('ctx', {}), shown=shown_value(error['input']))}{hint}".strip(),
    )


def name_of(where: Where) -> str:
    """Return the way to a value as people write it: ``related[3].quality``, counting from 1."""
    name = ""
    for step in where:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return name.removeprefix(".")
