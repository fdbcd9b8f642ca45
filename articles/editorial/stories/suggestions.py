"""Suggests stories that may be one, and stories that may be two; computed on demand, and never applied by itself."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.editorial.stories.loose_parts import Account, Part, loose_parts
from articles.editorial.stories.similar_titles import MAX_APART, Headline, Pair, similar_pairs
from articles.models import Story, StoryDecision, StoryMember
from articles.stories.evidence import stored_evidence
from articles.stories.grouping import counting
from articles.stories.neighbourhood import Decision, Region, decisions_of
from articles.text.rendering import plain_text

WINDOW = dt.timedelta(days=14)
MAX_HEADLINES = 3000
MAX_STORIES = 100
MAX_MEMBERS = 5000
MAX_SHOWN = 50
MIN_SIZE = 4  # articles of a story that may be two


@dataclass(frozen=True, slots=True)
class Join:
    """Two stories that may be one, and why."""

    one: Headline
    other: Headline
    reason: str


@dataclass(frozen=True, slots=True)
class Split:
    """Articles that may be a story of their own, and why; ``titles`` are the first few."""

    story: int
    story_title: str
    ids: tuple[int, ...]
    titles: tuple[str, ...]
    reason: str


def newest_time() -> dt.datetime:
    """Return the time of the newest article in a story; now if there are none."""
    return Story.objects.order_by("-last").exclude(last=None).values_list("last", flat=True).first() or timezone.now()


# -- Joins --------------------------------------------------------------------------------


def suggest_joins(until: dt.datetime) -> list[Join]:
    """Return pairs of stories with similar titles, whose leads are from the WINDOW before ``until``."""
    return [join_of(pair) for pair in similar_pairs(headlines(until - WINDOW, until))[:MAX_SHOWN]]


def joins_for(story: Story) -> list[Join]:
    """Return the stories with titles similar to that of one, which is the first in each pair."""
    if story.lead is None or story.listed_from is None:
        return []
    near = headlines(story.listed_from - MAX_APART, story.listed_from + MAX_APART, story.pk)
    pairs = [pair for pair in similar_pairs(near) if story.pk in (pair.one.story, pair.other.story)]
    joins = [join_of(pair) for pair in pairs[:10]]
    return [join if join.one.story == story.pk else Join(join.other, join.one, join.reason) for join in joins]


def headlines(start: dt.datetime, end: dt.datetime, always: int | None = None) -> list[Headline]:
    """Return the stories whose leads are from that time, newest first, without those that an editor decided about."""
    decided = set(StoryDecision.objects.filter(keeps_links=False).values_list("article_id", flat=True))
    stories = Story.objects.filter(listed_from__gt=start, listed_from__lte=end, lead__isnull=False)
    rows = stories.order_by("-listed_from", "-tie", "-id").values_list(
        "id", "lead__title", "lead__published_date_time", "lead__provider__name", "size", "lead_id"
    )
    return [
        Headline(pk, plain_text(title), time, plain_text(provider), size)
        for pk, title, time, provider, size, lead in rows[:MAX_HEADLINES]
        if lead not in decided or pk == always
    ]


def join_of(pair: Pair) -> Join:
    words = ", ".join(f"“{word}”" for word in pair.words[:5])
    texts = {"words": words, "apart": duration(pair.apart)}
    return Join(pair.one, pair.other, _("Both titles have %(words)s; they are %(apart)s apart.") % texts)


def duration(time: dt.timedelta) -> str:
    """Return a duration in words: "5 hours", "3 days"."""
    hours = int(time.total_seconds() // 3600)
    if hours < 48:
        return ngettext("%d hour", "%d hours", hours) % hours
    return ngettext("%d day", "%d days", time.days) % time.days


# -- Splits -------------------------------------------------------------------------------


def suggest_splits(until: dt.datetime) -> list[Split]:
    """Return loose parts of stories whose newest article is from the WINDOW before ``until``, in four queries."""
    stories = Story.objects.filter(last__gt=until - WINDOW, last__lte=until, size__gte=MIN_SIZE)
    rows = stories.order_by("-last", "-id").values_list("id", "size", "lead__title")[:MAX_STORIES]
    sizes = list(accumulate(size for _pk, size, _title in rows))
    return splits_among(
        {pk: title or "" for (pk, _, title), total in zip(rows, sizes, strict=True) if total <= MAX_MEMBERS}
    )[:MAX_SHOWN]


def splits_of(story: Story) -> list[Split]:
    is_large_enough = story.size >= MIN_SIZE
    return splits_among({story.pk: story.lead.title if story.lead else ""}) if is_large_enough else []


def splits_among(titles: Mapping[int, str]) -> list[Split]:
    """Return the loose parts of stories, given their titles by id."""
    accounts = _accounts(titles.keys())
    links = _links({pk: story for story, found in accounts.items() for pk in found})
    return [
        _split(story, plain_text(title), accounts[story], part)
        for story, title in titles.items()
        for part in loose_parts(accounts[story], links[story])
    ]


def _accounts(stories: Collection[int]) -> dict[int, dict[int, Account]]:
    found: dict[int, dict[int, Account]] = {story: {} for story in stories}
    members = StoryMember.objects.filter(story__among=set(stories))
    rows = members.values_list("story_id", "article_id", "article__title", "article__published_date_time")
    for story, pk, title, time in rows:
        found[story][pk] = Account(pk, plain_text(title), time)
    return found


def _links(story_of: Mapping[int, int]) -> dict[int, list[tuple[int, int]]]:
    """Return the pairs that evidence and decisions join within each story."""
    region = Region({}, stored_evidence(story_of.keys()).values(), [], _decisions(story_of.keys()), {}, set())
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one, other in chain(((each.one, each.other) for each in counting(region)), region.joins()):
        if one in story_of:
            found[story_of[one]].append((one, other))
    return found


def _decisions(ids: Collection[int]) -> dict[int, Decision]:
    return decisions_of(StoryDecision.objects.filter(article__among=set(ids)))


def _split(story: int, title: str, accounts: Mapping[int, Account], part: Part) -> Split:
    number = len(part.ids)
    reason = ngettext(
        "Only “%(holder)s” is linked with it, and its title is about something else.",
        "Only “%(holder)s” links these %(number)d articles with the others, and their titles are about something else.",
        number,
    ) % {"holder": accounts[part.holder].title, "number": number}
    if part.apart >= dt.timedelta(days=2):
        reason += " " + _("They are %s apart from the others.") % duration(part.apart)
    titles = tuple(accounts[pk].title for pk in part.ids[:5])
    return Split(story, title, part.ids, titles, reason)
