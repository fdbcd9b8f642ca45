"""Proposes cuts where a story looks like two, and joins where two look like one; nothing is applied by itself.

Both are read from the evidence that stories are joined by: a cut is where hardly anything holds a story together, and a
join is where there is evidence that was not enough, as the rest of the two stories is too far apart.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.editorial.stories.cuts import Cut, cuts
from articles.editorial.stories.evident import Account, Evident, Headline, headlines, recent_stories
from articles.editorial.stories.reasons import in_words
from articles.models import Story
from articles.stories.likeness import Evidence
from articles.text.sentences import enumerated

WINDOW = dt.timedelta(days=14)
MAX_SHOWN = 50
MAX_TITLES = 5


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


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What is proposed, the most doubtful stories and the strongest evidence first."""

    splits: list[Split]
    joins: list[Join]


def newest_time() -> dt.datetime:
    """Return the time of the newest article in a story; now if there are none."""
    return Story.objects.order_by("-last").exclude(last=None).values_list("last", flat=True).first() or timezone.now()


def suggest(since: dt.datetime, until: dt.datetime, text: str = "", most: int = MAX_SHOWN) -> Suggestions:
    """Return proposals about stories whose latest article is from this time, and with ``text`` in a title, if any."""
    return _among(recent_stories(since, until), text.casefold(), most)


def suggestions_for(story: Story) -> Suggestions:
    """Return proposals about one story, which is the first in each pair."""
    found = _among([story.pk], "", MAX_SHOWN)
    return Suggestions(found.splits, [_from(join, story.pk) for join in found.joins])


def joins_for(story: Story) -> list[Join]:
    return suggestions_for(story).joins


def _from(join: Join, story: int) -> Join:
    return join if join.one.story == story else Join(join.other, join.one, join.reason)


def _among(stories: Collection[int], text: str, most: int) -> Suggestions:
    evident = Evident.of(stories)
    near = {account.story for pair in evident.between() for account in pair[:2]}
    leads = headlines({*stories, *near})
    return Suggestions(_splits(evident, leads, text)[:most], _joins(evident, leads, text)[:most])


def _splits(evident: Evident, leads: dict[int, Headline], text: str) -> list[Split]:
    heads = {pk for pk, account in evident.accounts.items() if account.is_head}
    found: list[tuple[float, Split]] = []
    for story, (evidence, sure) in evident.within().items():
        if (headline := leads.get(story)) is None:
            continue
        for cut in cuts(headline.lead, evidence, sure, heads):
            titles = [evident.accounts[pk].title for pk in cut.ids]
            if _have(text, headline.title, *titles):
                reason = _reason(cut, evident)
                split = Split(story, headline.title, cut.ids, tuple(titles[:MAX_TITLES]), reason)
                found.append((cut.evidence.score, split))
    return [split for _score, split in sorted(found, key=lambda pair: (pair[0], pair[1].story, pair[1].ids))]


def _reason(cut: Cut, evident: Evident) -> str:
    inside, outside = cut.evidence.one, cut.evidence.other
    if inside not in cut.ids:
        inside, outside = outside, inside
    text = ngettext(
        "Only “%(title)s” joins it with the others: %(evidence)s",
        "Only “%(title)s” joins these %(number)d articles with the others: %(evidence)s",
        len(cut.ids),
    )
    titles = evident.accounts[inside].title, evident.accounts[outside].title
    return text % {"title": titles[0], "number": len(cut.ids), "evidence": _evidence(cut.evidence, titles[1])}


def _joins(evident: Evident, leads: dict[int, Headline], text: str) -> list[Join]:
    pairs: dict[tuple[int, int], list[tuple[Account, Account, Evidence]]] = defaultdict(list)
    for one, other, each in evident.between():
        first, second = sorted((one, other), key=lambda account: account.story)
        if first.story in leads and second.story in leads:
            pairs[first.story, second.story].append((first, second, each))
    found = []
    for (story, another), ties in pairs.items():
        best = max(ties, key=lambda tie: (tie[2].score, -tie[0].id, -tie[1].id))
        if _have(text, leads[story].title, leads[another].title):
            found.append((best[2].score, Join(leads[story], leads[another], _why(*best, len(ties) - 1))))
    return [join for _score, join in sorted(found, key=lambda each: (-each[0], each[1].one.story, each[1].other.story))]


def _why(one: Account, other: Account, evidence: Evidence, more: int) -> str:
    reason = _("“%(title)s”: %(evidence)s") % {"title": one.title, "evidence": _evidence(evidence, other.title)}
    if not more:
        return reason
    return enumerated([reason, ngettext("and %(n)d more pair", "and %(n)d more pairs", more) % {"n": more}])


def _evidence(evidence: Evidence, title: str) -> str:
    return in_words(title, evidence.score, evidence.likeness, evidence.words, evidence.is_copy)


def _have(text: str, *titles: str) -> bool:
    return not text or any(text in title.casefold() for title in titles)
