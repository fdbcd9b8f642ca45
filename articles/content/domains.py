"""Normalises host names, by which providers are identified. Pure."""

import re
import unicodedata
from functools import lru_cache

from articles.content.yaml.characters import WORD

_LABEL = rf"[^\W_](?:[{WORD}-]*[{WORD}])?"
DOMAIN_PATTERN = rf"{_LABEL}(?:\.{_LABEL})*"
_DOMAIN = re.compile(DOMAIN_PATTERN)
PREFIX = "xn--"  # of labels whose letters are written in ASCII
_PLAIN = re.compile(r"[a-z0-9.-]*[a-z0-9]", re.ASCII)
_DOTS = str.maketrans("。｡", "..")


def normal_domain(value: str) -> str:
    """Return a domain in lower case, in Unicode rather than ``xn--`` labels, and without a trailing dot."""
    return value if _PLAIN.fullmatch(value) and PREFIX not in value else _normal(value)


def is_domain(value: object) -> bool:
    """Return whether a value can be the domain of a provider."""
    if not isinstance(value, str):
        return False
    return is_normal_domain(normal_domain(value))


def is_normal_domain(domain: str) -> bool:
    """Return whether a domain in the form of ``normal_domain`` can be a provider's."""
    return len(domain) <= 253 and _DOMAIN.fullmatch(domain) is not None


def host_of(address: str) -> str:
    """Return the domain of an http or https address as providers have it: without ``www.`` and port."""
    host = re.sub(r"^https?://", "", address, flags=re.IGNORECASE)
    host = re.split(r"[/?#\\]", host)[0].rpartition("@")[2].partition(":")[0]
    return normal_domain(host).removeprefix("www.")


@lru_cache(maxsize=1024)
def _normal(value: str) -> str:
    value = unicodedata.normalize("NFKC", value.translate(_DOTS)).lower().rstrip(".")
    return ".".join(_in_letters(label) for label in unicodedata.normalize("NFC", value).split("."))


def _in_letters(label: str) -> str:
    """Return a label in Unicode; an invalid ``xn--`` label stays as it is.

    Python's codec follows the older IDNA 2003, which turns ß into ss and does not know newer letters.
    """
    if not label.startswith(PREFIX):
        return label
    try:
        letters = label.removeprefix(PREFIX).encode("ascii").decode("punycode")
        is_right = letters.encode("punycode").decode("ascii") == label.removeprefix(PREFIX)
    except (UnicodeError, OverflowError, ValueError):
        return label
    is_normal = letters == unicodedata.normalize("NFKC", letters).lower() and not letters.isascii()
    return letters if is_right and is_normal and re.fullmatch(_LABEL, letters) else label
