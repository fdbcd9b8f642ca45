"""The front page: which stories are on it, in what order, and the reason that each shows."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import NamedTuple

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article, Pin, Story
from articles.models.visibility import listed
from articles.pages.cards import Card
from articles.pages.latest import Lead, Run, runs_of
from articles.pages.shown import shows_age_until
from articles.text.dates import written
from articles.text.sentences import enumerated, isolated

CANDIDATES = 200  # stories that are considered for a page
TOP_STORIES = 5
LATEST = 6
# If the newest article is older than this, the site rests: ages say nothing, and are left out.
RESTS_AFTER = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Choice:
    """The stories of a front page, as ids of their leads: the ``top`` ones and the ``latest`` others.

    ``pins``, which are among the top ones, have end and reason by article id.
    """

    top: list[int]
    latest: list[Run]
    newest: dt.datetime | None
    pins: dict[int, tuple[dt.datetime, str]]
    hidden: frozenset[int]  # leads that would be shown if the reader had not hidden them


HiddenAmong = Callable[[Collection[int]], Collection[int]]


def hide_nothing(ids: Collection[int]) -> Collection[int]:
    """Hide nothing: what ``hidden_among`` is for readers without such choices."""
    return ()


def choose_leads(
    top: int,
    latest: int,
    hidden_among: HiddenAmong = hide_nothing,
    without: Collection[int] = (),
    seen: dt.datetime | None = None,
) -> Choice:
    """Choose the stories of the front page: editors' picks, then the best ones, at most RANKING_PER_PROVIDER of each.

    The latest are all others from the newest on, whoever published them; 0 of them are not looked up. ``hidden_among`` returns which of some articles
    the reader has hidden; others take their places. ``without`` are stories that the page shows already. ``seen`` is when
    the reader was last here.
    """
    shown = Story.objects.filter(listed(), lead__isnull=False)
    columns = ("lead_id", "lead__provider__domain", "listed_from", "id")
    ranked = shown.filter(rank__isnull=False).order_by("-rank", "-tie", "-id")
    number = CANDIDATES if hidden_among is hide_nothing else 3 * CANDIDATES
    best = [Lead._make(row) for row in ranked.values_list(*columns)[:number]]
    by_time = shown.order_by("-listed_from", "-tie", "-id").values_list(*columns)[: number if latest else 0]
    newest = [Lead._make(row) for row in by_time]
    pinned = _pinned(top)
    hidden = _Hidden(hidden_among({*pinned, *(lead.id for lead in best), *(lead.id for lead in newest)}))
    pins = {pin.article: pin for pin in pinned.values() if not hidden.has(pin.article) and pin.story not in without}
    by_provider = Counter(pin.domain for pin in pins.values())
    stories = {*without, *(pin.story for pin in pins.values())}
    first = _take((lead for lead in best if lead.story not in stories), top - len(pins), by_provider, hidden)
    stories |= {lead.story for lead in first}
    return Choice(
        top=[*pins, *(lead.id for lead in first)],
        latest=_latest([lead for lead in newest if lead.story not in stories], latest, hidden, seen),
        newest=newest[0].listed_from if newest else None,
        pins={pk: (pin.ends, pin.reason) for pk, pin in pins.items()},
        hidden=frozenset(hidden.met),
    )


class _Hidden:
    """The articles that a reader has hidden; ``met`` collects those that the page would have shown."""

    def __init__(self, ids: Collection[int]) -> None:
        self.ids = ids
        self.met: set[int] = set()

    def has(self, article: int) -> bool:
        if article in self.ids:
            self.met.add(article)
        return article in self.ids


def _take(leads: Iterable[Lead], number: int, by_provider: Counter[str], hidden: _Hidden) -> list[Lead]:
    """Return the first ``number`` leads whose providers have room left."""
    taken: list[Lead] = []
    for lead in leads:
        if len(taken) == number:
            break
        if not hidden.has(lead.id) and by_provider[lead.domain] < settings.RANKING_PER_PROVIDER:
            by_provider[lead.domain] += 1
            taken.append(lead)
    return taken


def _latest(leads: list[Lead], number: int, hidden: _Hidden, seen: dt.datetime | None) -> list[Run]:
    """Return the latest of ``leads``, which are newest first, without those that are hidden."""
    runs = runs_of((lead for lead in leads if lead.id not in hidden.ids), number, seen)
    last = runs[-1].lead if runs and len(runs) == number else None
    for lead in takewhile(lambda lead: lead.id != last, leads):
        hidden.has(lead.id)
    return runs


@dataclass(frozen=True, slots=True)
class Clock:
    """The time that ages are counted from, and when the newest article was listed."""

    now: dt.datetime
    newest: dt.datetime | None

    @classmethod
    def of(cls, newest: dt.datetime | None) -> "Clock":
        """Return the clock of a page whose newest article is from ``newest``, and which changes when the site rests."""
        clock = cls(timezone.now(), newest)
        if newest and not clock.rests:
            shows_age_until(newest + RESTS_AFTER)
        return clock

    @property
    def rests(self) -> bool:
        """Whether ages are left out, as nothing is new."""
        return self.newest is not None and self.now - self.newest >= RESTS_AFTER

    def age(self, time: dt.datetime) -> str:
        """Return how old something is, in words."""
        hours = int((self.now - time).total_seconds() // 3600)
        shows_age_until(time + dt.timedelta(hours=hours + 1))
        if hours < 1:
            return _("less than an hour old")
        if hours < 48:
            return ngettext("%(n)d hour old", "%(n)d hours old", hours) % {"n": hours}
        days = hours // 24
        return ngettext("%(n)d day old", "%(n)d days old", days) % {"n": days}


def with_reason(card: Card, clock: Clock, pin: tuple[dt.datetime, str] | None = None) -> Card:
    """Return a card with the reason for its position: its score, or the editor's pin."""
    if pin:
        return replace(card, reason=pin_reason(*pin))
    providers = card.story.providers if card.story else 1
    return replace(card, reason=reason(card.heat, providers, card.published_date_time, clock))


def reason(heat: int, providers: int, time: dt.datetime, clock: Clock) -> str:
    """Return the reason for a story's position in plain words, "5 sources, 3 hours old"; empty if there is none to say.

    The page about ranking, which it links to, has the numbers. Of a story that one provider tells, heat says whether
    others cover it.
    """
    parts = []
    if providers > 1:
        parts.append(ngettext("%(n)d source", "%(n)d sources", providers) % {"n": providers})
    elif heat > 0:
        parts.append(_("widely covered"))
    return enumerated(parts if clock.rests else [*parts, clock.age(time)])


class Pinned(NamedTuple):
    article: int
    ends: dt.datetime
    reason: str
    domain: str
    story: int | None


def _pinned(number: int) -> dict[int, Pinned]:
    """Return the first ``number`` pinned articles in the order of their positions."""
    article = Article.objects.filter(pk=OuterRef("article_id"))
    current = Pin.objects.current().annotate(
        domain=Subquery(article.values("provider__domain")), story=Subquery(article.values("member__story_id"))
    )
    pins: dict[int, Pinned] = {}
    for pin in map(Pinned._make, current.values_list("article_id", "ends", "reason", "domain", "story")):
        if len(pins) < number:
            pins.setdefault(pin.article, pin)
    return pins


def pin_reason(ends: dt.datetime, why: str) -> str:
    """Return the reason for a pinned article's position: "Editor's pick until 18:00: a reason"."""
    ends = timezone.localtime(ends)
    is_today = ends.date() == timezone.localdate()
    until = f"{ends:%H:%M}" if is_today else written(ends, "j F Y, H:i")
    return _("Editor's pick until %(until)s: %(reason)s") % {"until": until, "reason": isolated(why)}
