"""The front page: which stories lead it, and why each is there."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Pin, Story
from articles.pages.cards import Card
from articles.text.dates import written
from articles.text.sentences import enumerated, isolated

CANDIDATES = 200  # stories that are considered for a page


# A site whose newest article is older than this rests: ages are counted from that article, and the page says so.
RESTS_AFTER = dt.timedelta(days=2)


class Lead(NamedTuple):
    """A story's lead, as a front page is chosen from them."""

    id: int
    domain: str
    provider: str
    listed_from: dt.datetime
    story: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The leads of a front page: ids of the ``top`` stories' and of the ``latest`` other ones, and who has more.

    ``pins`` are among the top ones, by article id, each with its end and reason. ``more`` gives, by provider's domain and name, how many stories are left out since it leads enough of those shown.
    """

    top: list[int]
    latest: list[int]
    more: dict[tuple[str, str], int]
    newest: dt.datetime | None
    pins: dict[int, tuple[dt.datetime, str]]
    hidden: frozenset[int]  # leads that would stand here, had the reader not hidden them


HiddenAmong = Callable[[Collection[int]], Collection[int]]


def hides_nothing(ids: Collection[int]) -> Collection[int]:
    """Return which of some articles a reader has hidden who has hidden nothing."""
    return ()


def choose_leads(
    top: int, latest: int, hidden_among: HiddenAmong = hides_nothing, without: Collection[int] = ()
) -> Choice:
    """Choose the leads of the front page: editors' picks, then the best, at most RANKING_PER_PROVIDER of each provider.

    ``hidden_among`` says which of some articles the reader has hidden: others take their places. ``without`` are
    stories that the page shows already.
    """
    shown = Story.objects.filter(listed_from__lte=timezone.now(), lead__isnull=False)
    columns = ("lead_id", "lead__provider__domain", "lead__provider__name", "listed_from", "id")
    ranked = shown.filter(rank__isnull=False).order_by("-rank", "-tie", "-id")
    number = CANDIDATES if hidden_among is hides_nothing else 3 * CANDIDATES
    best = [Lead._make(row) for row in ranked.values_list(*columns)[:number]]
    newest = [Lead._make(row) for row in shown.order_by("-listed_from", "-tie", "-id").values_list(*columns)[:number]]
    pinned = _pinned(top)
    hidden = _Hidden(hidden_among({*pinned, *(lead.id for lead in best), *(lead.id for lead in newest)}))
    pins = {pin.article: pin for pin in pinned.values() if not hidden.has(pin.article) and pin.story not in without}
    by_provider = Counter(pin.domain for pin in pins.values())
    stories = {*without, *(pin.story for pin in pins.values())}
    first, _more = _take((lead for lead in best if lead.story not in stories), top - len(pins), by_provider, hidden)
    stories |= {lead.story for lead in first}
    rest, more = _take((lead for lead in newest if lead.story not in stories), latest, by_provider, hidden)
    return Choice(
        top=[*pins, *(lead.id for lead in first)],
        latest=[lead.id for lead in rest],
        more=more,
        newest=newest[0].listed_from if newest else None,
        pins={pk: (pin.ends, pin.reason) for pk, pin in pins.items()},
        hidden=frozenset(hidden.met),
    )


class _Hidden:
    """The articles that a reader has hidden, and those of them that the page would show."""

    def __init__(self, ids: Collection[int]) -> None:
        self.ids = ids
        self.met: set[int] = set()

    def has(self, article: int) -> bool:
        if article in self.ids:
            self.met.add(article)
        return article in self.ids


def _take(
    leads: Iterable[Lead], number: int, by_provider: Counter[str], hidden: _Hidden
) -> tuple[list[Lead], Counter[tuple[str, str]]]:
    """Return the first ``number`` leads of providers that do not lead enough already, and how many were passed over."""
    taken: list[Lead] = []
    more: Counter[tuple[str, str]] = Counter()
    for lead in leads:
        if len(taken) == number:
            break
        if hidden.has(lead.id):
            continue
        if by_provider[lead.domain] < settings.RANKING_PER_PROVIDER:
            by_provider[lead.domain] += 1
            taken.append(lead)
        else:
            more[lead.domain, lead.provider] += 1
    return taken, more


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment that ages are counted from: now, or the newest article's time on a site that rests."""

    now: dt.datetime
    rests: bool

    @classmethod
    def of(cls, newest: dt.datetime | None) -> "Clock":
        now = timezone.now()
        rests = newest is not None and now - newest > RESTS_AFTER
        return cls(newest if rests and newest else now, rests)

    def age(self, time: dt.datetime) -> str:
        """Return how old something is, in words."""
        hours = int((self.now - time).total_seconds() // 3600)
        if hours < 1:
            return _("less than an hour old")
        if hours < 48:
            return ngettext("%(n)d hour old", "%(n)d hours old", hours) % {"n": hours}
        days = hours // 24
        return ngettext("%(n)d day old", "%(n)d days old", days) % {"n": days}


def with_reason(card: Card, clock: Clock, pin: tuple[dt.datetime, str] | None = None) -> Card:
    """Return a card that says why it is where it is: for its score, or since an editor pinned it until then."""
    if pin:
        return replace(card, reason=pin_reason(*pin))
    providers = card.story.providers if card.story else 1
    return replace(card, reason=reason(card.heat, providers, card.published_date_time, clock))


def reason(heat: int, providers: int, time: dt.datetime, clock: Clock) -> str:
    """Return why a story is where it is: "heat 96, 5 providers, 3 hours old"."""
    parts = [_("heat %d") % heat] if heat > 0 else []
    parts += [ngettext("%(n)d provider", "%(n)d providers", providers) % {"n": providers}, clock.age(time)]
    return enumerated(parts)


class Pinned(NamedTuple):
    article: int
    ends: dt.datetime
    reason: str
    domain: str
    story: int | None


def _pinned(number: int) -> dict[int, Pinned]:
    """Return the articles that editors have pinned, in the order of their places."""
    columns = ("article_id", "ends", "reason", "article__provider__domain", "article__member__story_id")
    pins: dict[int, Pinned] = {}
    for pin in map(Pinned._make, Pin.objects.current().values_list(*columns)):
        if len(pins) < number:
            pins.setdefault(pin.article, pin)
    return pins


def pin_reason(ends: dt.datetime, why: str) -> str:
    """Return why a pinned article is where it is: "Editor's pick until 18:00: a reason"."""
    ends = timezone.localtime(ends)
    is_today = ends.date() == timezone.localdate()
    until = f"{ends:%H:%M}" if is_today else written(ends, "j F Y, H:i")
    return _("Editor's pick until %(until)s: %(reason)s") % {"until": until, "reason": isolated(why)}


TOP_STORIES = 5


LATEST = 6
