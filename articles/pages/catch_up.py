"""What mattered most since a day: the stories with the highest scores, whatever their age since then."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection

from django.conf import settings
from django.db.models import F, Value
from django.utils import timezone

from articles.models import Story
from articles.models.visibility import listed
from articles.pages.archive import local_midnight
from articles.pages.story_list import Days
from articles.stories.ranking import EPOCH

STORIES = 10
CANDIDATES = 10 * STORIES  # as some are hidden, or of a provider that has its share
USUAL = dt.timedelta(days=7)


def start_of(day: dt.date | None, last_visit: dt.datetime | None, newest: dt.datetime | None) -> dt.datetime:
    """Return from when on stories count: the chosen day, the last visit, or a week before the newest story."""
    if day:
        return local_midnight(day)
    return last_visit or (newest or timezone.now()) - USUAL


def leads_since(since: dt.datetime, hidden_among: Callable[[Collection[int]], Collection[int]]) -> list[int]:
    """Return the leads of at most STORIES stories listed since then, by score without age, few of each provider.

    A story's rank is the logarithm of its score plus its time in half-lives; without the latter, what is left is how
    much it matters. ``hidden_among`` returns which of some articles the reader has hidden.
    """
    half_lives = Days(F("listed_from"), Value(EPOCH)) * (24 / settings.RANKING_HALF_LIFE_HOURS)
    shown = Story.objects.filter(listed(), lead__isnull=False, rank__isnull=False, listed_from__gte=since)
    ranked = shown.annotate(weight=F("rank") - half_lives).order_by("-weight", "-listed_from", "-tie", "-id")
    found = list(ranked.values_list("lead_id", "lead__provider__domain")[:CANDIDATES])
    hidden = hidden_among({lead for lead, _ in found})
    taken: list[int] = []
    by_provider: Counter[str] = Counter()
    for lead, domain in found:
        if lead not in hidden and by_provider[domain] < settings.RANKING_PER_PROVIDER and len(taken) < STORIES:
            by_provider[domain] += 1
            taken.append(lead)
    return taken
