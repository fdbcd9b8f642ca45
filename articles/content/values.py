"""Converts plain values of files to JSON and back."""

import contextlib
import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from articles.content.image_files import is_own
from articles.content.yaml.reader import Where


class OwnImage(NamedTuple):
    """An image in the site folder that a file names: the path to the value, the image's path, and whether it has a size."""

    where: Where
    url: str
    is_sized: bool

    @property
    def is_shown_sized(self) -> bool:
        """Whether it is shown only if its size is known, as all images but the logos of providers."""
        return "provider" not in self.where


LITERAL = "!literal"
_AS_THEY_ARE = frozenset({str, int, bool})  # nearly all values; a function call for each would take longer


def as_json(value: Any) -> Any:
    """Return a YAML value for JSON. Types that JSON does not have become a mapping with the YAML tag as key.

    A mapping in a file that looks like one of those is wrapped in another, with ``LITERAL`` as key.
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
    # PostgreSQL would store a number with an exponent without it, and as an integer if it is one.
    if isinstance(value, float) and (not math.isfinite(value) or "e" in repr(value)):
        return {"!float": str(value)}
    return value


def from_json(value: Any) -> Any:
    """Return the YAML value that ``as_json`` was given.

    Rows from before ``LITERAL`` existed may have mappings that only look like a tag; those stay as they are.
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
    """Return a mapping with the YAML values that ``as_json`` was given one by one, whatever the keys are."""
    return {key: from_json(value) for key, value in values.items()}


def _is_notation(value: dict[str, Any]) -> bool:
    """Return whether a mapping looks like a tagged value: it has one key that begins with an exclamation mark."""
    return len(value) == 1 and next(iter(value))[:1] == "!"


def _time(text: str) -> dt.date:
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)


_CONSTRUCTORS: dict[str, Callable[[str], Any]] = {"!timestamp": _time, "!float": float}


def extra_values(record: BaseModel, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys that ``record`` does not define, with their values for JSON."""
    if not record.model_extra:
        return {}
    return {key: as_json(values[key]) for key in record.model_extra}


def own_images(values: dict[str, Any], where: Where = ()) -> Iterator[OwnImage]:
    """Yield the images in the site folder that values and their provider name."""
    for index, image in enumerate(values.get("images") or ()):
        described = image if isinstance(image, dict) else {"url": image}
        path = str(described["url"])
        if is_own(path):
            sides = (described.get("width"), described.get("height"))
            yield OwnImage((*where, "images", index), path, all(side and side > 0 for side in sides))
    if provider := values.get("provider"):
        yield from own_images(provider, (*where, "provider"))
