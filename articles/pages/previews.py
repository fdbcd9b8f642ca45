"""Links to articles that readers do not see yet: signed, valid for a while, and revoked by the article's number."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "articles.preview"


def preview_url(pk: int, number: int = 0) -> str:
    """Return a link to the article as readers would see it, valid for PREVIEW_HOURS from now.

    ``number`` is the article's ``preview_number``; links with an earlier one are revoked.
    """
    return reverse("preview", args=[signing.dumps([pk, number], salt=SALT)])


def previewed(token: str) -> tuple[int, int] | None:
    """Return the article's id and number from a link; None if it is forged or has expired."""
    try:
        found = signing.loads(token, salt=SALT, max_age=settings.PREVIEW_HOURS * 3600)
    except signing.BadSignature:
        return None
    match found:
        case [int(pk), int(number)]:
            return pk, number
    return None
