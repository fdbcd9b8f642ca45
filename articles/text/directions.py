"""Which way a text is laid out, by its letters: browsers go by the first one alone."""

import re
import unicodedata

RTL_SHARE = 0.4  # of the letters: a name or two in Latin letters is more common in Arabic than the other way round
LOOKED_AT = 2000  # characters, enough to tell
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_TAG = re.compile(r"<[^>]*>")


def direction_of(text: str) -> str:
    """Return ``rtl``, ``ltr``, or ``auto`` where a text has no letters from right to left, and the browser is right."""
    if text.isascii() or not _RTL.search(text):
        return "auto"
    kinds = [unicodedata.bidirectional(char) for char in text[:LOOKED_AT]]
    rtl = sum(kind in {"R", "AL"} for kind in kinds)
    return "rtl" if rtl >= RTL_SHARE * (rtl + kinds.count("L")) else "ltr"


def direction_of_html(html: str) -> str:
    """Return the direction of what HTML without scripts and styles shows."""
    # All of it may be long, and most pages need not be looked at any closer.
    return direction_of(_TAG.sub("", html)) if not html.isascii() and _RTL.search(html) else "auto"
