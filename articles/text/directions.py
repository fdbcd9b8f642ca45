"""The direction of a text by all of its letters; browsers go by the first one alone."""

import re
import unicodedata

from django.utils.safestring import SafeString

RTL_SHARE = 0.4  # of the letters; Latin names in Arabic text are more common than the other way round
LOOKED_AT = 2000  # characters, enough to decide by
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_TAG = re.compile(r"<[^>]*>")


def direction_of(text: str) -> str:
    """Return ``rtl`` or ``ltr``, or ``auto`` where a text has no right-to-left letters and browsers get it right."""
    if text.isascii() or not _RTL.search(text):
        return "auto"
    kinds = [unicodedata.bidirectional(char) for char in text[:LOOKED_AT]]
    rtl = sum(kind in {"R", "AL"} for kind in kinds)
    return "rtl" if rtl >= RTL_SHARE * (rtl + kinds.count("L")) else "ltr"


def direction(text: str) -> str:
    """Return the value of the attribute ``dir`` for a text, or for HTML that is marked safe."""
    return direction_of_html(text) if isinstance(text, SafeString) else direction_of(text)


def direction_of_html(html: str) -> str:
    """Return the direction of what HTML without scripts and styles shows."""
    # The HTML may be long, and most of it has no right-to-left letters: look for one before removing the tags.
    return direction_of(_TAG.sub("", html)) if not html.isascii() and _RTL.search(html) else "auto"
