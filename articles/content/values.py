"""Plain values of a file as JSON can hold them."""

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from articles.content.frontmatter import Where
from articles.content.image_files import is_own


class OwnImage(NamedTuple):
    """An image in the site folder as a file names it: the way to it, its path, and whether its size is given."""

    where: Where
    url: str
    is_sized: bool

    @property
    def is_shown_sized(self) -> bool:
        """Whether it is shown only with a size, as all are but the logos of providers."""
        return "provider" not in self.where


_AS_THEY_ARE = frozenset({str, int, bool})  # nearly all; a call for each would take longer than the rest


def as_json(value: Any) -> Any:
    """Return a value of YAML as JSON can hold it; what JSON has no word for is marked with its YAML tag."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: each if type(each) in _AS_THEY_ARE else as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [each if type(each) in _AS_THEY_ARE else as_json(each) for each in value]
    if isinstance(value, dt.date):
        return {"!timestamp": value.isoformat()}
    # PostgreSQL would write one with an exponent out, as an integer where it is one.
    if isinstance(value, float) and (not math.isfinite(value) or "e" in repr(value)):
        return {"!float": str(value)}
    return value


def from_json(value: Any) -> Any:
    """Return the value of YAML that ``as_json`` made this of."""
    if isinstance(value, list):
        return [from_json(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"!timestamp"}:
        text = value["!timestamp"]
        return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
    if value.keys() == {"!float"}:
        return float(value["!float"])
    return {key: from_json(each) for key, each in value.items()}


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
