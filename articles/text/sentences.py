"""Names within sentences, which may be in different scripts."""

import unicodedata
from collections.abc import Iterable

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"


def isolated(name: str) -> str:
    """Return a name wrapped in Unicode's isolates if it or the page runs from right to left.

    They keep its direction apart from the sentence's. This is for plain text; templates use ``<bdi>``.
    """
    if get_language_bidi() or any(unicodedata.bidirectional(char) in ("R", "AL") for char in name):
        return f"{FIRST_STRONG_ISOLATE}{name}{POP_DIRECTIONAL_ISOLATE}"
    return name


def enumerated(parts: Iterable[str]) -> str:
    """Return parts joined by the language's comma."""
    return _(", ").join(parts)
