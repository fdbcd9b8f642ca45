"""Untrusted text and HTML in, safe text out: the only place that marks anything safe."""

import html
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from articles.text.links import links_mended

# Characters that would reorder or hide the text around them.
_BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_HTML_TAGS = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "cite",
    "code",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "i",
    "li",
    "ol",
    "p",
    "q",
    "s",
    "strong",
    "sub",
    "sup",
    "u",
    "ul",
}


def plain_text(value: str) -> str:
    """Return text as one line for display: HTML entities decoded, white space collapsed, control characters removed."""
    text = html.unescape(value).translate(_BIDI_CONTROLS)
    text = (
        "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
        if not text.isprintable()
        else text
    )
    return " ".join(text.split())


# In an element of HTML, no text may look like its end, nor like the beginning of a comment.
_JSON_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def json_block(value: Any, kind: str) -> SafeString:
    """Return a value as JSON in a data block of HTML, a ``script`` that browsers do not run, of a MIME type ``kind``."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_JSON_ESCAPES)
    return mark_safe(f'<script type="{escape(kind)}">{text}</script>')


def mark_ranges(text: str, ranges: Iterable[tuple[int, int]]) -> SafeString:
    """Return plain text as HTML with ``text[start:end]`` of each range marked; ranges are in order and do not overlap."""
    parts, at = [], 0
    for start, end in ranges:
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return mark_safe("".join([*parts, escape(text[at:])]))


def safe_html(value: str) -> SafeString:
    """Return HTML with simple text markup only; players, scripts, styles and images are removed.

    The alternative text of a linked picture stays, so that the link can still be followed.
    """
    cleaned = nh3.clean(
        value,
        tags=_HTML_TAGS | {"img"},
        clean_content_tags={"script", "style", "iframe", "object", "noscript", "template"},
        attributes={"a": {"href"}, "img": {"alt"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )
    return mark_safe(links_mended(cleaned).strip())


_MARKDOWN = MarkdownIt("commonmark", {"html": True})


def markdown(value: str) -> SafeString:
    """Return Markdown, which may contain HTML, as safe HTML; headings move down one level, below the page's own."""
    return safe_html(re.sub(r"(</?h)([1-6])", _demoted, _MARKDOWN.render(value))) if value.strip() else mark_safe("")


def _demoted(heading: re.Match[str]) -> str:
    return f"{heading[1]}{min(int(heading[2]) + 1, 6)}"


def initials(name: str) -> str:
    """Return one or two capital letters to stand in for a logo."""
    words = re.findall(r"\w+", plain_text(name))
    return "".join(word[0] for word in words[:2]).upper() or "?"
