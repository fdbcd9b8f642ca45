"""The latest stories of the front page, in the order of their time, with runs of one provider folded in place.

A story is as new as its lead: that is the headline that readers see, with its time beside it, so that they can follow
the order. Later accounts of the same event move nothing; they are counted beside the headline.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.utils import timezone

from articles.pages.cards import Card, ProviderCard
from articles.text.dates import written

MOST_FOLDED = 20  # in a row; then there is a headline again, so that a page never has too many
LEAST_FOLDED = 2  # a headline takes hardly more room than the line that would hide it
TIME, DAY = "H:i", "j M Y"  # formats of text.dates


class Lead(NamedTuple):
    """The lead of a story that may get a place on the front page."""

    id: int
    domain: str
    listed_from: dt.datetime
    story: int


class Run(NamedTuple):
    """A headline of the list, and those of the same provider that are folded below it, newest first: ids of leads."""

    lead: int
    folded: tuple[int, ...] = ()


def runs_of(leads: Iterable[Lead], number: int, seen: dt.datetime | None = None) -> list[Run]:
    """Return the first ``number`` headlines of ``leads``, newest first, with what is folded between them.

    No lead between two headlines is missing. What makes no room for another provider is not folded, so that a site
    with one provider has headlines alone. No fold has leads from before and from after ``seen``.
    """
    rows = [list(row) for _, row in groupby(leads, lambda lead: (lead.domain, bool(seen and lead.listed_from > seen)))]
    runs: list[Run] = []
    for row in rows:
        for first, *others in _parts(row, 1 if row is rows[-1] else MOST_FOLDED + 1):
            runs.append(Run(first.id, tuple(lead.id for lead in others)))
            if len(runs) == number:
                return [*runs[:-1], Run(first.id)]  # nothing follows
    return runs


def _parts(row: list[Lead], size: int) -> Iterator[list[Lead]]:
    """Yield the leads of a row in parts of at most ``size``, or one by one where hardly any would be folded."""
    for start in range(0, len(row), size):
        part = row[start : start + size]
        yield from [part] if len(part) > LEAST_FOLDED else ([lead] for lead in part)


# -- Records ------------------------------------------------------------------------------


class Folded(NamedTuple):
    """A headline in a fold."""

    title: str
    url: str
    time: dt.datetime


@dataclass(frozen=True, slots=True)
class Fold:
    """Headlines of one provider, newest first. ``first`` and ``last`` are its times, to be written in ``format``."""

    provider: ProviderCard
    headlines: tuple[Folded, ...]
    format: str

    @property
    def first(self) -> dt.datetime:
        return self.headlines[-1].time

    @property
    def last(self) -> dt.datetime:
        return self.headlines[0].time

    @property
    def is_of_one_time(self) -> bool:
        return written(self.first, self.format) == written(self.last, self.format)


@dataclass(frozen=True, slots=True)
class Entry:
    """A headline of the list with what is folded below it."""

    card: Card
    fold: Fold | None = None


def entries_of(runs: Sequence[Run], cards: Mapping[int, Card]) -> list[Entry]:
    """Return the records of ``runs``; ``cards`` has the cards of their leads."""
    return [Entry(cards[run.lead], _fold(cards[run.lead], [cards[pk] for pk in run.folded])) for run in runs]


def _fold(above: Card, cards: Sequence[Card]) -> Fold | None:
    if not cards:
        return None
    days = {timezone.localtime(card.published_date_time).date() for card in (above, *cards)}
    headlines = tuple(Folded(card.title, card.url, card.published_date_time) for card in cards)
    return Fold(above.provider, headlines, TIME if len(days) == 1 else DAY)


def ids_of(runs: Iterable[Run]) -> list[int]:
    """Return the ids of all leads, folded or not."""
    return [pk for run in runs for pk in (run.lead, *run.folded)]
