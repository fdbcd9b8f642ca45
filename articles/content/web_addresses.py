"""Normalises addresses, so that all addresses of one piece at its provider become the same. Pure.

It removes the scheme, ``www.``, user, default port, fragment, tracking parameters, the forms of AMP pages and their
caches, and a slash at the end.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b
from urllib.parse import unquote

from articles.content.yaml.characters import MARKS, WORD

_ADDRESS = re.compile(rf"https?://[^\s/]+\S*|(?:[{WORD}-]+\.)+(?:[^\W\d_][{MARKS}]*){{2,}}(?::\d+)?/\S*", re.IGNORECASE)
_SCHEME = re.compile("^https?://", re.IGNORECASE)
# A fast path: most addresses have nothing to remove, and imports have many.
_PLAIN = re.compile(r"https?://(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[\w.~-]+)*)/?", re.ASCII)
# What such an address may have of an AMP page or of a cache of them.
_AMP = re.compile(r"[/.]amp(?:[/.]|$)|ampproject", re.ASCII)
_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_(?:campaign|kwd|source|medium|content)|hsa_.*|_hs(?:enc|mi)|"
    r"gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|mc_[ce]id|"
    r"_ga|_gl|ref_(?:src|url)|cmpid|ncid|ocid|guccounter|guce_.*|smid|soc_src|soc_trk|amp|amp_js_v|amp_gsa|usqp",
    re.IGNORECASE,
)
_AMP_VALUES = {"outputtype=amp", "output=amp", "type=amp", "view=amp", "format=amp"}
_GOOGLE = re.compile(r"google\.[a-z.]{2,6}")
_HOST_PREFIXES = ("www.", "amp.")
_CACHE = "cdn.ampproject.org"
_CACHE_FORMS = ("c", "v", "i", "r", "a")  # kinds of content, before the address
_PATH_ENDS = (("/amp", ""), (".amp", ""), ("/amp.html", ""), (".amp.html", ".html"))


def is_address(text: str) -> bool:
    """Return whether a search is an address rather than words: it has a scheme, or a domain and a path."""
    return bool(_ADDRESS.fullmatch(text.strip()))


def normal_address(text: str) -> str:
    """Return the common form of all addresses of one piece, such as ``news.example/2023/trams``; never raises."""
    if (plain := _PLAIN.fullmatch(text)) and not ("amp" in text and _AMP.search(text)):
        return f"{plain[1]}{plain[2]}"
    rest = _SCHEME.sub("", text.strip(), count=1)
    rest, _, query = rest.partition("#")[0].partition("?")
    host, _, path = rest.partition("/")
    host = _normal_host(host)
    if (inner := _wrapped(host, path)) is not None:
        return normal_address(f"http://{inner}{'?' if query else ''}{query}")
    if "%" in path:
        path = unquote(path)
    path = _normal_path(path)
    query = _meaningful_parameters(query) if query else ""
    return f"{host}{'/' if path else ''}{path}{'?' if query else ''}{query}"


def piece_number(address: str) -> int | None:
    """Return a number for the piece that an address leads to; None for a provider's front page."""
    normal = normal_address(address)
    return address_number(normal) if "/" in normal or "?" in normal else None


def address_number(address: str) -> int:
    """Return the number of a normal address in the index: a hash of 64 bits, signed."""
    return int.from_bytes(blake2b(address.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def address_numbers(addresses: Iterable[str]) -> set[int]:
    """Return the numbers by which an article with these addresses is found."""
    return {address_number(each) for each in {normal_address(address) for address in set(addresses) if address}}


def numbers_of_each(articles: Iterable[Iterable[str]]) -> list[set[int]]:
    """Return the numbers of each of several articles."""
    return [address_numbers(addresses) for addresses in articles]


def words_in(address: str) -> str:
    """Return the words in an address: those of the path segment with most, where publishers put titles."""
    steps = normal_address(address).partition("?")[0].split("/")
    words = [" ".join(re.findall(rf"(?:[^\W\d_][{MARKS}]*){{2,}}", step)) for step in steps[1:] or steps]
    return max(words, key=lambda each: each.count(" ") + bool(each))


def _normal_host(host: str) -> str:
    host = host.rpartition("@")[2].lower().removesuffix(":80").removesuffix(":443").rstrip(".")
    for prefix in _HOST_PREFIXES:
        # Not where only a top-level domain would be left, as of amp.dev.
        if host.startswith(prefix) and host.count(".") > 1:
            host = host[len(prefix) :]
    return host


def _wrapped(host: str, path: str) -> str | None:
    """Return host and path of the page in an AMP cache's address, None for any other address."""
    steps = path.split("/")
    if host.endswith(_CACHE) and len(steps) > 1 and steps[0] in _CACHE_FORMS:
        steps = steps[1:]
    elif not (_GOOGLE.fullmatch(host) and len(steps) > 1 and steps[0] == "amp"):
        return None
    else:
        steps = steps[1:]
    steps = steps[1:] if steps[0] == "s" else steps
    return "/".join(steps) if steps and "." in steps[0] else None


def _normal_path(path: str) -> str:
    path = path.rstrip("/")
    for end, instead in _PATH_ENDS:
        if path.endswith(end):
            return (path[: -len(end)] + instead).rstrip("/")
    return "" if path == "amp" else path.removeprefix("amp/")


def _meaningful_parameters(query: str) -> str:
    parameters = (each for each in query.replace("&amp;", "&").split("&") if each)
    return "&".join(
        sorted(
            each
            for each in parameters
            if not _TRACKING.fullmatch(each.partition("=")[0]) and each.lower() not in _AMP_VALUES
        )
    )
