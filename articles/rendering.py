"""Untrusted text and HTML in, safe text out: the only place that marks anything safe."""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# Hosts whose players become a link to watch there, with their names.
VIDEO_HOSTS = {
    "youtube.com": "YouTube",
    "youtube-nocookie.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
    "player.vimeo.com": "Vimeo",
}
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
    """Return one line of text for display: HTML entities decoded, spaces folded, control characters gone."""
    text = html.unescape(value).translate(_BIDI_CONTROLS)
    text = (
        "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
        if not text.isprintable()
        else text
    )
    return " ".join(text.split())


def mark_ranges(text: str, ranges: Iterable[tuple[int, int]]) -> SafeString:
    """Return plain text as HTML with ``text[start:end]`` of each range marked; ranges are in order and do not overlap."""
    parts, at = [], 0
    for start, end in ranges:
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return mark_safe("".join([*parts, escape(text[at:])]))


def safe_html(value: str) -> SafeString:
    """Return HTML with only simple text markup left; players, scripts, styles and images are gone."""
    cleaned = nh3.clean(
        value,
        tags=_HTML_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "noscript", "template"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener nofollow external",
    )
    return mark_safe(cleaned.strip())


_MARKDOWN = MarkdownIt("commonmark", {"html": True})


def markdown(value: str) -> SafeString:
    """Return Markdown, which may hold HTML, as safe HTML; headings begin below the page's own."""
    return safe_html(re.sub(r"(</?h)([1-6])", _demoted, _MARKDOWN.render(value))) if value.strip() else mark_safe("")


def _demoted(heading: re.Match[str]) -> str:
    return f"{heading[1]}{min(int(heading[2]) + 1, 6)}"


@dataclass(frozen=True, slots=True)
class Video:
    """Where to watch a video, and what the place is called."""

    url: str
    host_name: str


class _FrameFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.sources += [value for name, value in attrs if name == "src" and value]


def find_video(featured_content: str) -> Video | None:
    """Return where the first player embedded in ``featured_content`` can be watched, if its host is known."""
    finder = _FrameFinder()
    finder.feed(featured_content)
    for source in finder.sources:
        if video := _watch_page(source):
            return video
    return None


def _watch_page(source: str) -> Video | None:
    try:
        parts = urlsplit(f"https:{source}" if source.startswith("//") else source)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    if parts.scheme not in ("http", "https") or host not in VIDEO_HOSTS:
        return None
    name = VIDEO_HOSTS[host]
    video_id = (
        parts.path.rstrip("/").rpartition("/")[2]
        if parts.path != "/watch"
        else "".join(parse_qs(parts.query).get("v", [])[:1])
    )
    if not re.fullmatch(r"[\w-]{1,64}", video_id, re.ASCII):
        return None
    watch = {"YouTube": f"https://www.youtube.com/watch?v={video_id}", "Vimeo": f"https://vimeo.com/{video_id}"}
    return Video(watch[name], name)


def initials(name: str) -> str:
    """Return one or two capital letters to stand in for a logo."""
    words = re.findall(r"\w+", plain_text(name))
    return "".join(word[0] for word in words[:2]).upper() or "?"
