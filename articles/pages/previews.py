"""The addresses of preview links: a key with a signature."""

import uuid

from django.core import signing
from django.urls import reverse

from articles.models import PreviewLink

SALT = "articles.preview-link"


def preview_url(link: PreviewLink) -> str:
    """Return the address by which whoever has it sees the article of a link as readers would see it."""
    return reverse("preview", args=[signing.Signer(salt=SALT).sign(link.key.hex)])


def previewed(token: str) -> int | None:
    """Return the id of the article that a link leads to; None if it is forged, revoked or has expired."""
    try:
        key = uuid.UUID(hex=signing.Signer(salt=SALT).unsign(token))
    except (ValueError, signing.BadSignature):
        return None
    return PreviewLink.objects.open().filter(key=key).values_list("article_id", flat=True).first()
