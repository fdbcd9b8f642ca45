"""What mattered most since a day: the stories with the highest scores, whatever their age since then."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection

from django.conf import settings
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.models import Story
from articles.models.visibility import listed
from articles.pages.archive import local_midnight

STORIES = 10
CANDIDATES = 10 * STORIES  # as some are hidden, or of a provider that has its share
FEW = 2000  # stories that are sorted in a few milliseconds
USUAL = dt.timedelta(days=7)


def start_of(day: dt.date | None, last_visit: dt.datetime | None, newest: dt.datetime | None) -> dt.datetime:
    """Return from when on stories count: the chosen day, the last visit, or a week before the newest story."""
    if day:
        return local_midnight(day)
    return last_visit or (newest or timezone.now()) - USUAL


def leads_since(since: dt.datetime, hidden_among: Callable[[Collection[int]], Collection[int]]) -> list[int]:
    """Return the leads of at most STORIES stories listed since then, by score without age, few of each provider.

    ``hidden_among`` returns which of some articles the reader has hidden.
    """
    found = list(heaviest_since(since).values_list("lead_id", "lead__provider__domain")[:CANDIDATES])
    hidden = hidden_among({lead for lead, _ in found})
    taken: list[int] = []
    by_provider: Counter[str] = Counter()
    for lead, domain in found:
        if lead not in hidden and by_provider[domain] < settings.RANKING_PER_PROVIDER and len(taken) < STORIES:
            by_provider[domain] += 1
            taken.append(lead)
    return taken


def heaviest_since(since: dt.datetime) -> QuerySet[Story]:
    """Return the stories listed since then, those that matter most first, from whichever index leads there sooner.

    Few stories are sorted. Among many, those with most weight are soon met in the order of weights. As databases do not
    know how many there are, the index that is not meant has an expression in its way.
    """
    shown = Story.objects.filter(lead__isnull=False, weight__isnull=False)
    order = ("-listed_from", "-tie", "-id")
    later = shown.filter(listed()).order_by(*order).values_list("listed_from", flat=True)[FEW : FEW + 1]
    if since > (later.first() or since - dt.timedelta.resolution):
        few = shown.filter(listed(), listed_from__gte=since)
        return few.annotate(mattering=Coalesce("weight", Value(0.0))).order_by("-mattering", *order)
    many = shown.annotate(time=Coalesce("listed_from", F("listed_from")))
    return many.filter(listed(column="time"), time__gte=since).order_by("-weight", *order)
