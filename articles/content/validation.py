"""Validates plain values: returns a record, or raises an error with a message for every fault."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from articles.content.dialects.dialect import HOUSE, Dialect
from articles.content.schema import NO_ADDRESS, AnyRecord, ArticleRecord, EntryRecord, Record, shown_value
from articles.content.yaml.reader import Where


class InvalidError(ValueError):
    """Values that break the schema: ``faults`` has the path, code and message of each."""

    def __init__(self, faults: list[tuple[Where, str, str]]) -> None:
        super().__init__("; ".join(message for _, _, message in faults))
        self.faults = faults


def validate(record: type[AnyRecord], values: Any, dialect: Dialect = HOUSE) -> AnyRecord:
    """Return ``values`` as a ``record``; raise InvalidError with all faults.

    Keys without a value are removed from ``values``: they count as missing.
    """
    try:
        return record.model_validate(values, context=dialect)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    if empty := {each["loc"] for each in errors if each["input"] is None and _remove_empty_key(values, each["loc"])}:
        try:
            return record.model_validate(values, context=dialect)
        except ValidationError as error:
            errors = error.errors(include_url=False)
    faults = [_fault(each, each["loc"] in empty) for each in errors]
    raise InvalidError([*faults, *(each for each in _missing_addresses(record, values, dialect) if each not in faults)])


def _remove_empty_key(values: Any, where: Where) -> bool:
    """Remove the key at a path if it has no value; return whether it was there."""
    for step in where[:-1]:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return False
    if where and isinstance(values, dict) and values.get(where[-1], ...) is None:
        del values[where[-1]]
        return True
    return False


def _missing_addresses(record: type[Record], values: Any, dialect: Dialect) -> Iterator[tuple[Where, str, str]]:
    """Yield the faults of an article and entries without an address; pydantic reports them only if there are no others."""
    if not issubclass(record, EntryRecord) or not isinstance(values, dict):
        return
    related = values.get("related") if issubclass(record, ArticleRecord) else None
    entries = enumerate(related if isinstance(related, list) else ())
    whole = [((), values)] if dialect.is_house else []
    for where, each in [*whole, *((("related", index), entry) for index, entry in entries)]:
        if isinstance(each, dict) and not (each.get("webUrl") or each.get("originalUrl")):
            yield (
                where,
                "E301",
                f"{name_of(where)}{': ' if where else ''}{NO_ADDRESS}{_other_name_hint('webUrl', each)}",
            )


# What other programs call keys that are required here.
OTHER_NAMES = {
    "publishedDateTime": ("date", "pubDate", "publishDate", "published_at"),
    "webUrl": ("link", "url", "external_url", "source"),
    "title": ("headline", "name"),
}


def _other_name_hint(key: str, values: Any) -> str:
    """Return a hint if the file has another program's name for a key that is missing."""
    name = next((name for name in OTHER_NAMES.get(key, ()) if isinstance(values, dict) and name in values), None)
    return f" ({name} is no key here)" if name else ""


# Code and message for each of pydantic's kinds of error.
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
    """Return path, code and message of an error; ``is_empty`` if the key has no value in the file."""
    where, kind = error["loc"], error["type"]
    name = name_of(where)
    if kind.startswith("E"):
        # A missing address is a fault of the whole entry, but the message names the key.
        hint = _other_name_hint("webUrl", error["input"]) if error["msg"] == NO_ADDRESS else ""
        return where, kind, f"{name}{': ' if kind == 'E301' and name else ' '}{error['msg']}{hint}".strip()
    if error["input"] is None or is_empty:
        return where, "E302", f"{name} has no value"
    code, words = _WORDS.get(kind, ("E302", error["msg"]))
    hint = _other_name_hint(str(where[-1]), error["input"]) if kind == "missing" else ""
    return (
        where,
        code,
        f"{name} {words.format(**error.get('ctx', {}), shown=shown_value(error['input']))}{hint}".strip(),
    )


def name_of(where: Where) -> str:
    """Return the path of a value for messages: ``related[3].quality``, counting from 1."""
    name = ""
    for step in where:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return name.removeprefix(".")
