"""Names within sentences, whatever the scripts of either."""

import unicodedata
from collections.abc import Iterable

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"


def isolated(name: str) -> str:
    """Return a name with the characters that keep its direction from that of the sentence around it.

    Only where one of the two runs from right to left. For plain text; templates use ``<bdi>``.
    """
    if get_language_bidi() or any(unicodedata.bidirectional(char) in ("R", "AL") for char in name):
        return f"{FIRST_STRONG_ISOLATE}{name}{POP_DIRECTIONAL_ISOLATE}"
    return name


def enumerated(parts: Iterable[str]) -> str:
    """Return parts one after the other, with the language's comma between them."""
    return _(", ").join(parts)
