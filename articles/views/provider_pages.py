"""The pages of the list of providers: sorted by name, with letters to jump to, and a filter."""

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from articles.content.domains import normal_domain
from articles.listings import listed_counts
from articles.models import Provider
from articles.pages.cards import ProviderCard, provider_card
from articles.pages.images import pick_logo
from articles.pages.paging import LinkedPage, LinkedPaginator
from articles.preferences.personalise import Reader, provider_for
from articles.text.rendering import plain_text

PER_PAGE = 100
OTHERS = "#"  # for names that begin with a digit or a sign
HAN = "漢"  # for names in Chinese characters, which are too many for a letter each


class Listed(NamedTuple):
    """A provider in the sorted list."""

    letter: str
    key: str
    domain: str
    pk: int
    articles: int


@dataclass(frozen=True, slots=True)
class Group:
    """The providers of a page whose names begin with one letter."""

    letter: str
    providers: list[ProviderCard]

    @property
    def anchor(self) -> str:
        return anchor_of(self.letter)


@dataclass(frozen=True, slots=True)
class Letter:
    """A link to the first name with a letter."""

    text: str
    url: str


def all_listed(text: str) -> list[Listed]:
    """Return the providers with listed articles whose name or domain contains ``text``, sorted by name."""
    counts = listed_counts("provider")
    wanted, domain = _folded(text), normal_domain(text)
    found = []
    for pk, name, its_domain in Provider.objects.order_by().values_list("pk", "name", "domain"):
        if pk in counts:
            key = _folded(plain_text(name))
            if not text or wanted in key or domain in its_domain:
                found.append(Listed(_letter(key), key, its_domain, pk, counts[pk]))
    return sorted(found, key=lambda row: (row.letter != OTHERS, row))


def provider_pages(rows: Sequence[Listed], path: str, text: str) -> LinkedPaginator[Listed]:
    return LinkedPaginator(rows, PER_PAGE, path, urlencode({"q": text}) if text else "")


def groups_on(page: LinkedPage[Listed], reader: Reader) -> list[Group]:
    """Return the providers of a page, grouped by letter, in one query."""
    known = Provider.objects.in_bulk([row.pk for row in page])
    return [
        Group(letter, [_card(known[row.pk], row.articles, reader) for row in each if row.pk in known])
        for letter, each in groupby(page, key=lambda row: row.letter)
    ]


def letters(rows: Sequence[Listed], page: LinkedPage[Listed]) -> list[Letter]:
    """Return a link for each first letter; none if all names are on one page."""
    firsts: dict[str, int] = {}
    for index, row in enumerate(rows):
        firsts.setdefault(row.letter, index)
    if not page.has_other_pages():
        return []
    return [
        Letter(letter, f"{page.paginator.url_of(index // PER_PAGE + 1)}#{anchor_of(letter)}")
        for letter, index in firsts.items()
    ]


def anchor_of(letter: str) -> str:
    """Return the fragment of a letter's heading, in ASCII."""
    return f"letter-{ord(letter[0]):x}"


def _card(provider: Provider, count: int, reader: Reader) -> ProviderCard:
    logo = pick_logo(provider.images, provider.own_images)
    return provider_for(provider_card(provider.domain, provider.name, logo, provider.kind, count), reader)


def _folded(text: str) -> str:
    """Return text in lower case without accents and leading signs, to sort and filter names by."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in parts if not unicodedata.combining(each))
    return re.sub(r"^[\W_]+", "", " ".join(plain.split()))


def _letter(key: str) -> str:
    """Return the letter that a folded name is listed under; for Korean, the first letter of its first syllable."""
    first = key[:1]
    if not first.isalpha():
        return OTHERS
    name = unicodedata.name(first, "")
    if name.startswith("HANGUL CHOSEONG"):  # few fonts can show that form alone
        with suppress(KeyError):
            return unicodedata.lookup(name.replace("CHOSEONG", "LETTER"))
    return HAN if name.startswith("CJK") else first.upper()[0]
