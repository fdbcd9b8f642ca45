"""What a database keeps of a file as JSON: checked by the schema before it is written, and read so that a wrong row does no harm.

Wrong rows are not expected: they come from older versions, or from hands in the database. Whoever reads them gets the
part that a file may say, which may be nothing.
"""

import datetime as dt
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from pydantic import create_model

from articles.content.columns import COLUMNS
from articles.content.schema import ArticleRecord, Record, TopicRecord
from articles.content.validation import InvalidError, validate

CACHED_LENGTH = 2000  # characters of JSON


class Stored(Protocol):
    """A kind of value: ``check`` raises InvalidError for what may not be kept, ``usable`` gives what of it may.

    ``text`` is the value as JSON, where that is at hand.
    """

    def check(self, value: Any) -> None: ...

    def usable(self, value: Any, text: str = "") -> Any: ...


class ListOf:
    """A list of what files may list in a key of theirs."""

    def __init__(self, record: type[Record], key: str) -> None:
        definition: dict[str, Any] = {key: (record.model_fields[key].annotation, ...)}
        self._key = key
        self._part = create_model(f"{record.__name__}{key.title()}", __base__=Record, **definition)
        # Pages read the same few logos and pictures again and again.
        self._is_right_text = lru_cache(maxsize=8192)(lambda text: self._is_right(json.loads(text)))

    def check(self, value: Any) -> None:
        validate(self._part, {self._key: value})

    def usable(self, value: Any, text: str = "") -> list[Any]:
        """Return the right items of a list, in order; none for what is no list."""
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

    def check(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise InvalidError([((), "E302", "must be keys with values")])

    def usable(self, value: Any, text: str = "") -> dict[str, Any]:
        return value if isinstance(value, dict) else {}


class FieldValues(Mapping):
    """Plain values of an article's fields, by field: what its file says where an editor says something else."""

    def usable(self, value: Any, text: str = "") -> dict[str, Any]:
        found = super().usable(value)
        return {name: each for name, each in found.items() if _fits(name, each)}


class Sizes(Mapping):
    """Width and height of images by address, None for those that are not there."""

    def usable(self, value: Any, text: str = "") -> dict[str, Any]:
        return {url: size for url, size in super().usable(value).items() if size is None or _is_size(size)}


@dataclass(frozen=True, slots=True)
class Names:
    """A list of fields' names."""

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
    """Return whether a field's plain value can be compared, shown and written to a file."""
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
