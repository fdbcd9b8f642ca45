"""Repairs links in HTML that nh3 has cleaned: each gets an address, a text, and a ``rel`` where it leaves the site.

Cleaned HTML is regular: attributes are in double quotes, and the only ``<`` and ``>`` left are those of tags.
"""

import html
import re
from urllib.parse import urlsplit

_TAG = re.compile(r"(<[^<>]*>)")
_HREF = re.compile(r'<a href="([^"]*)"')
_ALT = re.compile(r'<img alt="([^"]*)"')
# What browsers take for another site: a scheme or two slashes of either kind, whatever white space is in between.
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]{2}", re.IGNORECASE)
_IGNORED = re.compile(r"[\x00-\x20]")
EXTERNAL = ' rel="noopener nofollow external"'


def links_mended(cleaned: str) -> str:
    """Return cleaned HTML without pictures, in which every link has an address and a text.

    A link without an address (``mailto:`` was removed, for one) becomes plain text. A linked picture becomes its
    alternative text, or the name of the host if that is empty. Links within the site get no ``rel``.
    """
    if "<a" not in cleaned and "<img" not in cleaned:
        return cleaned
    writer = _Writer()
    for part in _TAG.split(cleaned):
        writer.add(part)
    return writer.text()


def leads_elsewhere(href: str) -> bool:
    return bool(_ELSEWHERE.match(_IGNORED.sub("", href)))


class _Link:
    """An open link: ``parts`` is its content so far, ``pictures`` the alternative texts of its pictures."""

    def __init__(self, href: str | None) -> None:
        self.href = href
        self.parts: list[str] = []
        self.pictures: list[str] = []

    def closed(self) -> str:
        inside = "".join(self.parts)
        if self.href is None:
            return inside
        if not html.unescape(re.sub("<[^>]*>", "", inside)).strip():
            if not self.pictures:
                return inside
            inside += " ".join(filter(None, self.pictures)) or _host(self.href)
        rel = EXTERNAL if leads_elsewhere(html.unescape(self.href)) else ""
        return f'<a href="{self.href}"{rel}>{inside}</a>'


class _Writer:
    """Takes tags and texts in order. Links may be nested, where nh3 removed a table between them."""

    def __init__(self) -> None:
        self.links = [_Link(None)]

    def add(self, part: str) -> None:
        if part.startswith("<img"):
            alt = _ALT.match(part)
            self.links[-1].pictures.append(html.escape(html.unescape(alt[1])).strip() if alt else "")
        elif part == "<a>" or part.startswith("<a "):
            href = _HREF.match(part)
            self.links.append(_Link(href[1] if href else None))
        elif part == "</a>" and len(self.links) > 1:
            self.close()
        else:
            self.links[-1].parts.append(part)

    def close(self) -> None:
        link = self.links.pop()
        self.links[-1].parts.append(link.closed())

    def text(self) -> str:
        while len(self.links) > 1:
            self.close()
        return "".join(self.links[0].parts)


def _host(href: str) -> str:
    """Return the host of a link as HTML, or the whole address if it has none."""
    address = html.unescape(href)
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    return html.escape(host.removeprefix("www.") or address)
