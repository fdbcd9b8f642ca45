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
    """Return the address to load an image from; images of the site folder are served by this site."""
    return f"{settings.MEDIA_URL}{image_path(image_name(url))}" if is_own(url) else iri_to_uri(url)


def pick_image(images: list[dict[str, Any]], own: Mapping[str, Any]) -> Image | None:
    """Return the first image that may be shown and whose size is known, or None.

    ``own`` has the sizes of images of the site folder by address, None for those that an import did not find.
    """
    for image in shown_images(images, own):
        width, height = image.get("width"), image.get("height")
        if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
            return Image(media_url(image["url"]), width, height, plain_text(image.get("title") or ""))
    return None


def pick_logo(images: list[dict[str, Any]], own: Mapping[str, Any]) -> str:
    """Return the address of the smallest logo that is sharp at 32 pixels, else of the largest; empty without one."""
    sized = sorted((image.get("width") or 0, image["url"]) for image in shown_images(images, own))
    sharp = [url for width, url in sized if width >= 48]
    return media_url(sharp[0] if sharp else sized[-1][1]) if sized else ""


def shown_images(images: list[dict[str, Any]], own: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield images of the site folder that exist, and others if REMOTE_IMAGES allows them."""
    for image in images:
        url = image["url"]
        if not is_own(url):
            if settings.REMOTE_IMAGES:
                yield image
        elif image_name(url) and own.get(url, True) is not None:
            yield {**image, **dict(zip(("width", "height"), own[url], strict=True))} if url in own else image
