"""Every address that the site answers, with the names of its parameters."""

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver


class Address(NamedTuple):
    """A pattern of an address: its text around the parameters, and the names of those."""

    text: str
    parameters: tuple[str, ...]

    def filled(self, known: dict[str, str], **hostile: str) -> str:
        values = known | hostile
        return "/" + self.text.format(*(values.get(name, "1") for name in self.parameters))


def addresses() -> list[Address]:
    """Return every address that the site answers, readers' and editors'."""
    return sorted({_address(pattern) for pattern in _patterns(get_resolver())})


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        text = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _patterns(each, text)
        else:
            assert isinstance(each, URLPattern)
            yield text


def _address(pattern: str) -> Address:
    if pattern.endswith("$"):  # the two that the admin writes as regular expressions
        return Address("admin/{}/", ("app_label",)) if "app_label" in pattern else Address("admin/{}", ("url",))
    text, names = "", []
    for index, piece in enumerate(pattern.replace(">", "<").split("<")):
        if index % 2:
            names.append(piece.rpartition(":")[2])
        text += "{}" if index % 2 else piece
    return Address(text, tuple(names))
