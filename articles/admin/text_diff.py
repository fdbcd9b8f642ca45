"""Word-by-word differences between two texts."""

import difflib
import re
from dataclasses import dataclass

MAX_WORDS = 1500  # longer texts are shown as a whole


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text: the same before and after, or only in one of them."""

    text: str
    kind: str = "same"  # "same", "gone" or "new"


def parts_of(old: str, new: str) -> list[Part]:
    """Return the parts of both texts, word by word if they are similar enough."""
    before, after = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    if not (before and after) or max(len(before), len(after)) > MAX_WORDS:
        return [Part(_shortened(text), kind) for text, kind in ((old, "gone"), (new, "new")) if text]
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.4:
        return [Part(_shortened(old), "gone"), Part(_shortened(new), "new")]
    parts = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            parts.append(Part(_middle_out("".join(before[i:j]))))
            continue
        parts += [Part("".join(words), what) for words, what in ((before[i:j], "gone"), (after[k:m], "new")) if words]
    return parts


def _shortened(text: str) -> str:
    return text if len(text) <= 600 else f"{text[:600]}…"


def _middle_out(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:80]} … {text[-80:]}"
