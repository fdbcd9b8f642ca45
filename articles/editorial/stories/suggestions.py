"""Proposes cuts where a story looks like two, and joins where two look like one; nothing is applied by itself.

Both are read from the evidence that stories are joined by: a cut is where hardly anything holds a story together, and a
join is where there is evidence that was not enough, as the rest of the two stories is too far apart.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.editorial.stories.cuts import Cut, cuts
from articles.editorial.stories.declining import Declined, Pair
from articles.editorial.stories.evident import Account, Evident, Headline, headlines, recent_stories
from articles.editorial.stories.reasons import in_words
from articles.models import Story, StoryMember
from articles.stories.likeness import Evidence
from articles.text.sentences import enumerated

WINDOW = dt.timedelta(days=14)
MAX_SHOWN = 50
KINDS = ("splits", "joins", "declined")
_KEY = re.compile(r"(?:cut|join)-([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Join:
    """Two stories that may be one, and why; ``pairs`` are the articles that speak for it."""

    key: str
    one: Headline
    other: Headline
    reason: str
    pairs: tuple[Pair, ...]

    is_cut = False

    def headlines(self) -> list[str]:
        return [self.one.title, self.other.title]


@dataclass(frozen=True, slots=True)
class Split:
    """Articles that may be a story of their own, and why.

    ``pairs`` are each of them with the one that joins them with the rest.
    """

    key: str
    story: int
    story_title: str
    ids: tuple[int, ...]
    titles: tuple[str, ...]
    reason: str
    pairs: tuple[Pair, ...]

    is_cut = True

    def headlines(self) -> list[str]:
        return [self.story_title, *self.titles]


Proposal = Split | Join


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What is proposed, the most doubtful stories and the strongest evidence first; of ``total``, those to be shown.

    Of very many stories, only the newest are looked at: then these are not ``all_looked_at``.
    """

    splits: list[Split]
    joins: list[Join]
    total: int = 0
    all_looked_at: bool = True

    def every(self) -> list[Proposal]:
        return [*self.splits, *self.joins]


def newest_time() -> dt.datetime:
    """Return the time of the newest article in a story; now if there are none."""
    return Story.objects.order_by("-last").exclude(last=None).values_list("last", flat=True).first() or timezone.now()


def suggest(
    since: dt.datetime, until: dt.datetime, text: str = "", kind: str = "", most: int = MAX_SHOWN
) -> Suggestions:
    """Return proposals about stories whose latest article is from this time, and with ``text`` in a title, if any.

    ``kind`` is one of KINDS, or empty for all that no editor declined; of each, at most ``most``.
    """
    stories, are_all = recent_stories(since, until)
    found = _among(stories, declined=kind == "declined")
    splits = [each for each in found.splits if kind != "joins" and _have(text.casefold(), each)]
    joins = [each for each in found.joins if kind != "splits" and _have(text.casefold(), each)]
    return Suggestions(splits[:most], joins[:most], len(splits) + len(joins), are_all)


def suggestions_for(story: Story) -> Suggestions:
    """Return proposals about one story, which is the first in each pair."""
    found = _among([story.pk], False)
    joins = [_from(join, story.pk) for join in found.joins]
    return Suggestions(found.splits[:MAX_SHOWN], joins[:MAX_SHOWN], found.total)


def joins_for(story: Story) -> list[Join]:
    return suggestions_for(story).joins


def proposals_with(keys: Collection[str], declined: bool = False) -> list[Proposal]:
    """Return the proposals with these keys that still hold, cuts first."""
    numbers = {int(number) for key in keys if (match := _KEY.fullmatch(key)) for number in match.groups()}
    if not numbers:
        return []
    members = StoryMember.objects.filter(article__among=numbers)
    found = _among(set(members.values_list("story_id", flat=True)), declined)
    return [each for each in found.every() if each.key in set(keys)]


def _from(join: Join, story: int) -> Join:
    return join if join.one.story == story else replace(join, one=join.other, other=join.one)


def _among(stories: Collection[int], declined: bool) -> Suggestions:
    evident = Evident.of(stories)
    near = {account.story for pair in evident.between() for account in pair[:2]}
    leads = headlines({*stories, *near})
    found = Suggestions(_splits(evident, leads), _joins(evident, leads))
    said = Declined({pk for each in found.every() for pair in each.pairs for pk in pair})
    splits = [each for each in found.splits if said.has(each.pairs, same=True) is declined]
    joins = [each for each in found.joins if said.has(each.pairs, same=False) is declined]
    return Suggestions(splits, joins, len(splits) + len(joins))


def _splits(evident: Evident, leads: dict[int, Headline]) -> list[Split]:
    heads = {pk for pk, account in evident.accounts.items() if account.is_head}
    found: list[tuple[float, Split]] = []
    for story, (evidence, sure) in evident.within().items():
        if (headline := leads.get(story)) is None:
            continue
        doubtful = cuts(headline.lead, evidence, sure, heads)
        found += [(cut.evidence.score, _split(headline, cut, evident)) for cut in doubtful]
    return [split for _score, split in sorted(found, key=lambda pair: (pair[0], pair[1].story, pair[1].ids))]


def _split(headline: Headline, cut: Cut, evident: Evident) -> Split:
    one, other = cut.evidence.one, cut.evidence.other
    titles = tuple(evident.accounts[pk].title for pk in cut.ids)
    pairs = tuple((pk, other if one in cut.ids else one) for pk in cut.ids)
    key = f"cut-{one}-{other}"
    return Split(key, headline.story, headline.title, cut.ids, titles, _reason(cut, evident), pairs)


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


def _joins(evident: Evident, leads: dict[int, Headline]) -> list[Join]:
    ties: dict[tuple[int, int], list[tuple[Account, Account, Evidence]]] = defaultdict(list)
    for one, other, each in evident.between():
        first, second = sorted((one, other), key=lambda account: account.story)
        if first.story in leads and second.story in leads:
            ties[first.story, second.story].append((first, second, each))
    found = []
    for (story, another), between in ties.items():
        best = max(between, key=lambda tie: (tie[2].score, -tie[0].id, -tie[1].id))
        key = f"join-{best[2].one}-{best[2].other}"
        pairs = tuple((one.id, other.id) for one, other, _each in between)
        why = _why(*best, len(between) - 1)
        found.append((best[2].score, Join(key, leads[story], leads[another], why, pairs)))
    return [join for _score, join in sorted(found, key=lambda each: (-each[0], each[1].one.story, each[1].other.story))]


def _why(one: Account, other: Account, evidence: Evidence, more: int) -> str:
    reason = _("“%(title)s”: %(evidence)s") % {"title": one.title, "evidence": _evidence(evidence, other.title)}
    if not more:
        return reason
    return enumerated([reason, ngettext("and %(n)d more pair", "and %(n)d more pairs", more) % {"n": more}])


def _evidence(evidence: Evidence, title: str) -> str:
    return in_words(title, evidence.score, evidence.likeness, evidence.words, evidence.is_copy)


def _have(text: str, proposal: Proposal) -> bool:
    return not text or any(text in title.casefold() for title in proposal.headlines())
