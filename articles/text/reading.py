"""How long a text takes to read. Pure."""

import re

WORDS_A_MINUTE = 230  # Brysbaert, 2019: 238 for English non-fiction, read silently
LETTERS_A_MINUTE = 500  # of scripts that are written without spaces between words
SHORTEST = 0.5  # minutes; below that, nobody asks

_TAG = re.compile(r"<[^>]*>")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")


def minutes_to_read(html: str) -> int:
    """Return the minutes that safe HTML takes to read, at least one; 0 for a text of a few lines."""
    text = _TAG.sub(" ", html)
    words, letters = len(_UNSPACED.sub(" ", text).split()), len(_UNSPACED.findall(text))
    minutes = words / WORDS_A_MINUTE + letters / LETTERS_A_MINUTE
    return max(round(minutes), 1) if minutes >= SHORTEST else 0
