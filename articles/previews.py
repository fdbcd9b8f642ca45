"""Links to articles that readers do not see yet: signed, and valid for a while."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "articles.preview"


def preview_url(pk: int) -> str:
    """Return a link to the article as readers would see it, valid for PREVIEW_HOURS from now."""
    return reverse("preview", args=[signing.dumps(pk, salt=SALT)])


def previewed(token: str) -> int | None:
    """Return the id of the article that a link leads to; None when the link is forged or has expired."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=settings.PREVIEW_HOURS * 3600)
    except signing.BadSignature:
        return None
    return pk if isinstance(pk, int) else None
