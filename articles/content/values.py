"""Plain values of a file as JSON can hold them."""

import contextlib
import datetime as dt
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from articles.content.image_files import is_own
from articles.content.yaml.reader import Where


class OwnImage(NamedTuple):
    """An image in the site folder as a file names it: the way to it, its path, and whether its size is given."""

    where: Where
    url: str
    is_sized: bool

    @property
    def is_shown_sized(self) -> bool:
        """Whether it is shown only with a size, as all are but the logos of providers."""
        return "provider" not in self.where


LITERAL = "!literal"
_AS_THEY_ARE = frozenset({str, int, bool})  # nearly all; a call for each would take longer than the rest


def as_json(value: Any) -> Any:
    """Return a value of YAML as JSON can hold it; what JSON has no word for is marked with its YAML tag.

    A file's own mapping that looks like such a mark stands in one of ``LITERAL``.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        plain = {key: each if type(each) in _AS_THEY_ARE else as_json(each) for key, each in value.items()}
        return {LITERAL: plain} if _is_notation(plain) else plain
    if isinstance(value, list):
        return [each if type(each) in _AS_THEY_ARE else as_json(each) for each in value]
    if isinstance(value, dt.date):
        return {"!timestamp": value.isoformat()}
    # PostgreSQL would write one with an exponent out, as an integer where it is one.
    if isinstance(value, float) and (not math.isfinite(value) or "e" in repr(value)):
        return {"!float": str(value)}
    return value


def from_json(value: Any) -> Any:
    """Return the value of YAML that ``as_json`` made this of.

    What only looks like a mark, as rows written before ``LITERAL`` was there may hold it, is taken as it is.
    """
    if isinstance(value, list):
        return [from_json(each) for each in value]
    if not isinstance(value, dict):
        return value
    if _is_notation(value):
        [(mark, marked)] = value.items()
        if mark == LITERAL and isinstance(marked, dict):
            value = marked
        elif mark in _CONSTRUCTORS and isinstance(marked, str):
            with contextlib.suppress(ValueError):
                return _CONSTRUCTORS[mark](marked)
    return {key: from_json(each) for key, each in value.items()}


def each_from_json(values: dict[str, Any]) -> dict[str, Any]:
    """Return keys with the values of YAML that ``as_json`` made each of theirs of, whatever the keys are called."""
    return {key: from_json(value) for key, value in values.items()}


def _is_notation(value: dict[str, Any]) -> bool:
    """Return whether a mapping could be taken for a mark: one key, with an exclamation mark in front."""
    return len(value) == 1 and next(iter(value))[:1] == "!"


def _time(text: str) -> dt.date:
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)


_CONSTRUCTORS: dict[str, Callable[[str], Any]] = {"!timestamp": _time, "!float": float}


def extra_values(record: BaseModel, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of keys that ``record`` has no name for, as JSON can hold them."""
    if not record.model_extra:
        return {}
    return {key: as_json(values[key]) for key in record.model_extra}


def own_images(values: dict[str, Any], where: Where = ()) -> Iterator[OwnImage]:
    """Yield the site's own images that values and their provider name."""
    for index, image in enumerate(values.get("images") or ()):
        said = image if isinstance(image, dict) else {"url": image}
        path = str(said["url"])
        if is_own(path):
            sides = (said.get("width"), said.get("height"))
            yield OwnImage((*where, "images", index), path, all(side and side > 0 for side in sides))
    if provider := values.get("provider"):
        yield from own_images(provider, (*where, "provider"))
