"""Images in the site folder: from their paths in files to their files, the names of their copies, and addresses. Pure.

A path in a file, such as ``/assets/a #1.webp``, is taken literally. Copies have the same name without the slash;
characters that an address cannot contain are quoted only where an address is made.
"""

import os
import posixpath
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote

from articles.content.layout import MAX_NAME_BYTES

# Python's mimetypes depends on the system, and lacks WebP and AVIF in slim containers.
IMAGE_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
# Where images that editors upload are, in the storage and in the site folders of exports.
UPLOADS = "/assets/uploads/"
MAX_IMAGE_SIZE = 10_000_000  # bytes; larger images are not served
_FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
_ORIENTATION = 0x0112  # in EXIF; values from 5 on swap width and height


def is_own(url: str) -> bool:
    """Return whether an image's address is a path in the site folder, which begins with a slash."""
    return url.startswith("/")


def image_type(name: str) -> str:
    """Return the media type of an image, or an empty text for any other file."""
    return IMAGE_TYPES.get(posixpath.splitext(name)[1].lower(), "")


@lru_cache(maxsize=2048)
def image_name(url: str) -> str:
    """Return the name of the copy of an image in the site folder; empty if ``url`` cannot be one."""
    name = posixpath.normpath(url.lstrip("/"))
    is_fit = image_type(name) and not name.startswith("../") and not {"\\", "\0"} & set(name)
    fits = all(len(step.encode("utf-8", "replace")) <= MAX_NAME_BYTES for step in name.split("/"))
    return name if is_fit and fits else ""


def image_path(name: str) -> str:
    """Return a copy's name quoted for addresses, in which ``#`` and ``%`` have a meaning."""
    return quote(name, errors="replace")


def find_image(root: Path, url: str) -> Path | None:
    """Return the file in the site folder that ``url`` names, literally or quoted, or None.

    It is never outside of ``root``, whatever the path is and wherever links lead.
    """
    name = image_name(url)
    # Looking takes a call of the system for each folder on the way, so it is done twice only for quoted names.
    return next(filter(None, (_file(root, each) for each in dict.fromkeys((name, unquote(name))) if each)), None)


def find_served(root: Path, url: str) -> Path | None:
    """Return the file of an image in the site folder if it is readable and small enough to be served."""
    location = find_image(root, url)
    try:
        is_fit = location and location.stat().st_size <= MAX_IMAGE_SIZE and os.access(location, os.R_OK)
    except OSError:
        return None
    return location if is_fit else None


def missing_image(url: str) -> str:
    """Return the message of W405."""
    return f"there is no image {url[:200]} in the folder, in a format and size that can be served"


def image_size(location: Path) -> tuple[int, int] | None:
    """Return an image's width and height as browsers show it, or None; reads only the header."""
    from PIL import Image, UnidentifiedImageError  # most commands need no image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(location, formats=_FORMATS) as image:
                width, height = image.size
                is_turned = image.getexif().get(_ORIENTATION, 1) >= 5
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    except (OSError, SyntaxError, ValueError, TypeError):  # of damaged files
        return None
    return (height, width) if is_turned else (width, height)


class ImageFolder:
    """Finds the images of one site folder, looking for each only once.

    A path may begin in the site folder or in one of ``folders`` in it, such as Hugo's ``static``.
    """

    def __init__(self, root: Path, folders: Iterable[str] = ()) -> None:
        self.root = root
        self.folders = tuple(folders)
        self.files: dict[str, Path | None] = {}
        self.sizes: dict[str, tuple[int, int] | None] = {}

    def find(self, url: str) -> Path | None:
        """Return the file that is served for a path, or None."""
        if url not in self.files:
            self.files[url] = next(filter(None, (find_served(root, url) for root in self.roots())), None)
        return self.files[url]

    def roots(self) -> Iterator[Path]:
        yield self.root
        yield from (self.root / folder for folder in self.folders)

    def size(self, url: str) -> tuple[int, int] | None:
        if url not in self.sizes:
            location = self.find(url)
            self.sizes[url] = image_size(location) if location else None
        return self.sizes[url]


def _file(root: Path, name: str) -> Path | None:
    try:
        location = (root / name).resolve()
        is_there = location.is_relative_to(root) and bool(image_type(location.name)) and location.is_file()
    except (OSError, ValueError, RuntimeError):
        return None
    return location if is_there else None
