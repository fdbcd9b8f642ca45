"""Which images pages show, and from where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.encoding import iri_to_uri

from articles.content.image_files import image_name, image_path, is_own
from articles.text.rendering import plain_text

HERO_WIDTH = 1200  # pixels; narrower images are never shown large
WIDE_WIDTH = 600


@dataclass(frozen=True, slots=True)
class Image:
    """An image with its declared size in pixels."""

    url: str
    width: int
    height: int
    alt: str = ""

    @property
    def is_hero(self) -> bool:
        return self.width >= HERO_WIDTH

    @property
    def is_wide(self) -> bool:
        return self.width >= WIDE_WIDTH


def media_url(url: str) -> str:
    """Return the address to load an image from: one of the site folder's own is served by us."""
    return f"{settings.MEDIA_URL}{image_path(image_name(url))}" if is_own(url) else iri_to_uri(url)


def pick_image(images: list[dict[str, Any]], own: Mapping[str, Any]) -> Image | None:
    """Return the first image that may be shown and whose size is known, or None.

    ``own`` is what imports found of the site's own: sizes, and None for those that are not there.
    """
    for image in _shown(images, own):
        width, height = image.get("width"), image.get("height")
        if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
            return Image(media_url(image["url"]), width, height, plain_text(image.get("title") or ""))
    return None


def pick_logo(images: list[dict[str, Any]], own: Mapping[str, Any]) -> str:
    """Return the address of the smallest logo that is still sharp at 32 pixels, or the largest, or nothing."""
    sized = sorted((image.get("width") or 0, image["url"]) for image in _shown(images, own))
    sharp = [url for width, url in sized if width >= 48]
    return media_url(sharp[0] if sharp else sized[-1][1]) if sized else ""


def _shown(images: list[dict[str, Any]], own: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield those of the site folder's own that are there, and others unless the site shows none of them."""
    for image in images:
        url = image["url"]
        if not is_own(url):
            if settings.REMOTE_IMAGES:
                yield image
        elif image_name(url) and own.get(url, True) is not None:
            yield {**image, **dict(zip(("width", "height"), own[url], strict=True))} if url in own else image
