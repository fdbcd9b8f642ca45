"""What social networks and messengers show of a page when somebody shares its address."""

import hashlib
import json
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from articles.pages.images import Image

CARD_SIZE = (1200, 630)  # pixels
CARD_VERSION = 1  # of how cards are drawn: another one gives all cards another address
LARGE = 600  # pixels; narrower pictures are shown beside the title, not above it


@dataclass(frozen=True, slots=True)
class Social:
    """The parts of a preview; ``image_url`` is a full address, or empty."""

    kind: str  # "website" or "article", as Open Graph calls them
    title: str
    description: str = ""
    image_url: str = ""
    image_alt: str = ""
    width: int = 0
    height: int = 0
    published: str = ""

    @property
    def card(self) -> str:
        """The form of the preview, as Twitter calls it."""
        return "summary_large_image" if self.width >= LARGE else "summary"


def card_url(kind: str, pk: int, title: str, label: str) -> str:
    """Return the address of the card of an article, story or topic; it changes with what the card shows."""
    return reverse("social_card", args=[kind, pk, card_digest(title, label)])


def card_digest(title: str, label: str) -> str:
    shown = json.dumps([CARD_VERSION, title, label, settings.SITE_NAME])
    return hashlib.blake2b(shown.encode(), digest_size=8).hexdigest()


def picture_or_card(image: Image | None, kind: str, pk: int, title: str, label: str) -> Image:
    """Return a picture if it is large enough to be shown, else the card."""
    if image and image.is_wide:
        return image
    return Image(card_url(kind, pk, title, label), *CARD_SIZE, title)


def social(
    base: str, kind: str, title: str, description: str = "", image: Image | None = None, published: str = ""
) -> Social:
    """Return the preview of a page; ``base`` is the site's address."""
    if image is None:
        return Social(kind, title, description, published=published)
    url = urljoin(base, image.url)
    return Social(kind, title, description, url, image.alt, image.width, image.height, published)
