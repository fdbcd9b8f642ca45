"""Reads pictures as other tools name them: by an address, a path, or a mapping with one. Pure."""

import posixpath
from collections.abc import Mapping
from typing import Any

from articles.content.dialects.texts import as_text
from articles.content.schema import is_address

_KEYS = ("url", "src", "path", "image", "file", "href", "feature", "teaser")


def image_from(value: Any, file: str) -> dict[str, Any] | None:
    """Return a picture in the house's form, None if there is no address; ``file`` is the path of the article's."""
    described = dict(value) if isinstance(value, Mapping) else {"url": value}
    address = next((described[key] for key in _KEYS if isinstance(described.get(key), str) and described[key]), "")
    if not address or address.startswith(("data:", "{", "#")):
        return None
    image: dict[str, Any] = {"url": address if is_address(address) else image_path(address, file)}
    image |= {key: described[key] for key in ("width", "height") if type(described.get(key)) is int}
    title = as_text(described.get("title") or described.get("alt") or described.get("caption") or "")
    others = {key: each for key, each in described.items() if "url" in described and key not in image}
    return {**image, **({"title": title} if title else {}), **others}


def image_path(path: str, file: str) -> str:
    """Return a picture's path in the site folder: one without a slash in front is beside the article's file."""
    if path.startswith("//"):
        return f"https:{path}"
    if path.startswith(("~/", "@/")):
        path = f"/src/{path[2:]}"
    if path.startswith("/"):
        return path
    return "/" + posixpath.normpath(posixpath.join(posixpath.dirname(file), path)).lstrip("./")
