"""JSON columns with values from files: checked by the schema when they are written, and safe to use when they are read.

Rows with invalid values are not expected, but older versions or somebody with a database client may have written them.
Reading gives the valid part, which may be empty.
"""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Protocol

from pydantic import create_model

from articles.content.columns import COLUMNS
from articles.content.schema import ArticleRecord, Record, TopicRecord
from articles.content.validation import InvalidError, validate

CACHED_LENGTH = 2000  # characters of JSON


class Stored(Protocol):
    """A kind of value: ``check`` raises InvalidError for invalid values, ``usable`` returns the valid part.

    ``text`` is the value as JSON, if the caller has it; ``empty_text`` is that of a value without parts, always valid.
    """

    empty_text: ClassVar[str]

    def check(self, value: Any) -> None: ...

    def usable(self, value: Any, text: str = "") -> Any: ...


class ListOf:
    """A list with the items that a key of files may have."""

    empty_text: ClassVar[str] = "[]"

    def __init__(self, record: type[Record], key: str) -> None:
        self._record = record
        self._key = key
        # Cached, as pages read the same few logos and pictures again and again.
        self._is_right_text = lru_cache(maxsize=8192)(lambda text: self._is_right(json.loads(text)))

    @cached_property
    def _part(self) -> type[Record]:
        definition: dict[str, Any] = {self._key: (self._record.model_fields[self._key].annotation, ...)}
        return create_model(f"{self._record.__name__}{self._key.title()}", __base__=Record, **definition)

    def check(self, value: Any) -> None:
        validate(self._part, {self._key: value})

    def usable(self, value: Any, text: str = "") -> list[Any]:
        """Return the valid items of a list, in order; none if it is not a list."""
        if value == [] or (text and len(text) <= CACHED_LENGTH and self._is_right_text(text)):
            return value
        return [each for each in value if self._is_right([each])] if isinstance(value, list) else []

    def _is_right(self, value: list[Any]) -> bool:
        try:
            self.check(value)
        except InvalidError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values of any kind."""

    empty_text: ClassVar[str] = "{}"

    def check(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise InvalidError([((), "E302", "must be keys with values")])

    def usable(self, value: Any, text: str = "") -> dict[str, Any]:
        return value if isinstance(value, dict) else {}


class FieldValues(Mapping):
    """Plain values by an article's field: those of its file where an editor's differ."""

    def usable(self, value: Any, text: str = "") -> dict[str, Any]:
        found = super().usable(value)
        return {name: each for name, each in found.items() if _fits(name, each)}


class Sizes(Mapping):
    """Width and height of images by address, None for those that do not exist."""

    def usable(self, value: Any, text: str = "") -> dict[str, Any]:
        return {url: size for url, size in super().usable(value).items() if size is None or _is_size(size)}


@dataclass(frozen=True, slots=True)
class Names:
    """A list of field names."""

    empty_text: ClassVar[str] = "[]"

    def check(self, value: Any) -> None:
        if self.usable(value) != value:
            raise InvalidError([((), "E302", "must be a list of names")])

    def usable(self, value: Any, text: str = "") -> list[str]:
        return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


IMAGES = ListOf(ArticleRecord, "images")
TOPIC_IMAGES = ListOf(TopicRecord, "images")
WORDS = ListOf(TopicRecord, "keywords")

_KINDS: dict[str, type] = {"topics": list, "related": list, "provider": str, "extra": dict, "provider_said": dict}


def _fits(name: str, value: Any) -> bool:
    """Return whether a field's plain value is valid, so that it can be compared, shown and written to a file."""
    if name == "images":
        return isinstance(value, list) and IMAGES.usable(value) == value
    if name == "published_date_time":
        return _is_time(value)
    return isinstance(value, _KINDS[name]) if name in _KINDS else name in COLUMNS


def _is_size(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(side) is int for side in value)


def _is_time(value: Any) -> bool:
    try:
        return dt.datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False
