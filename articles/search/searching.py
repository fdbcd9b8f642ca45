"""Runs a query: the articles that it finds, in order, and their numbers by topic, provider and year."""

import datetime as dt
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain
from operator import itemgetter, or_

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from articles.content.domains import normal_domain
from articles.content.yaml.characters import name_key
from articles.models import Provider, Topic
from articles.search.analysis import Analyzer, Phrase, analyzer_for
from articles.search.engines import UNLISTED, Criteria, Hit, engine
from articles.search.index import article_id_of, first_place, provider_key, time_of, topic_key, type_key
from articles.search.query import Ignored, Part, Query

FOUND_LIMIT = 10_000  # if more articles match, only the newest are shown and counted
SORTS = ("relevance", "date")


@dataclass(frozen=True, slots=True)
class Search:
    """A query with the criteria that it means on this site; without ``criteria`` it asks for nothing."""

    query: Query
    criteria: Criteria | None
    ignored: tuple[Ignored, ...] = ()

    @property
    def is_ranked(self) -> bool:
        """Whether there are words by which results can be ranked."""
        return self.criteria is not None and bool(self.criteria.phrases)


@dataclass(frozen=True, slots=True)
class Found:
    """The places of the articles found, in order, with the number of articles for each key and year.

    ``has_more`` if there are more, older than all of these. ``unlisted`` are the ids of those that are accounts of stories
    and not listed.
    """

    places: list[int] = field(default_factory=list)
    has_more: bool = False
    keys: Counter[str] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)
    unlisted: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.places)

    @property
    def ids(self) -> list[int]:
        return self.ids_from(0, len(self))

    def ids_from(self, start: int, size: int) -> list[int]:
        """Return the ids of ``size`` articles from index ``start``."""
        return [article_id_of(place) for place in self.places[start : start + size]]


def site_analyzer() -> Analyzer:
    return analyzer_for(settings.LANGUAGE_CODE)


def prepare(query: Query, now: dt.datetime | None = None) -> Search:
    """Look up the topics and providers that a query names, in at most two queries."""
    ignored = list(query.ignored)
    phrases: dict[bool, list[Phrase]] = {False: [], True: []}
    for part in query.words:
        if tokens := tuple(site_analyzer().tokens(part.value)):
            phrases[part.is_excluded].append(tokens)
        else:
            ignored.append(Ignored("empty", str(part)))
    groups, without = _keys(query, ignored)
    if not (phrases[False] or phrases[True] or groups or without or query.before or query.after):
        return Search(query, None, tuple(ignored))
    last = last_listed(now)
    criteria = Criteria(
        tuple(dict.fromkeys(phrases[False])),
        tuple(dict.fromkeys(phrases[True])),
        tuple(groups),
        tuple(without),
        first_place(_midnight(query.after)) if query.after else None,
        min(first_place(_midnight(query.before)) - 1, last) if query.before else last,
    )
    return Search(query, criteria, tuple(ignored))


def listed_only(search: Search) -> Search:
    """Return a search that does not find unlisted accounts of stories."""
    if search.criteria is None:
        return search
    return replace(search, criteria=replace(search.criteria, without_keys=(*search.criteria.without_keys, UNLISTED)))


def last_listed(now: dt.datetime | None = None) -> int:
    """Return the last place of documents that are listed now: the rule of ``listed()``, to the second."""
    return first_place((now or timezone.now()) + dt.timedelta(seconds=1)) - 1


def find(search: Search, sort: str = "relevance") -> Found:
    """Return what a search finds, in one query."""
    if search.criteria is None:
        return Found()
    is_scored = sort == "relevance" and search.is_ranked
    hits = engine().find(search.criteria, FOUND_LIMIT + 1, is_scored)
    has_more = len(hits) > FOUND_LIMIT
    hits = hits[:FOUND_LIMIT]
    years = _years([place for place, _, _ in reversed(hits)])
    if is_scored:
        # Hits come newest first, and sorting is stable: equally relevant ones stay newest first.
        hits.sort(key=itemgetter(2), reverse=True)
        # Lines of stories come below what is listed here.
        hits.sort(key=_is_unlisted)
    unlisted = frozenset(article_id_of(hit[0]) for hit in hits if _is_unlisted(hit))
    return Found([place for place, _, _ in hits], has_more, _keys_in(hits), years, unlisted)


def _is_unlisted(hit: Hit) -> bool:
    return hit[1].startswith(UNLISTED)


def _keys_in(hits: list[Hit]) -> Counter[str]:
    """Count the keys of hits; equal key lists, which are common, are split once."""
    counts: Counter[str] = Counter()
    for keys, number in Counter([keys for _, keys, _ in hits]).items():
        for key in keys.split():
            counts[key] += number
    return counts


def count(search: Search, limit: int) -> int:
    """Return the number of articles that a search finds, at most ``limit``."""
    return engine().count(search.criteria, limit) if search.criteria else 0


def _years(places: list[int]) -> Counter[int]:
    """Count places, oldest first, by the year of their time on this site."""
    if not places:
        return Counter()
    first, last = (timezone.localtime(time_of(place)).year for place in (places[0], places[-1]))
    starts = {
        year: bisect_left(places, first_place(_midnight(dt.date(year, 1, 1)))) for year in range(first + 1, last + 1)
    }
    ends = [*starts.values(), len(places)]
    years = zip(range(first, last + 1), [0, *starts.values()], ends, strict=True)
    return Counter({year: end - start for year, start, end in years if end > start})


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, timezone.get_current_timezone())


# -- Operators --------------------------------------------------------------------


def _keys(query: Query, ignored: list[Ignored]) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return the groups of keys of which articles must have one each, and the keys that they must not have.

    Articles must have every topic that is named, but any one of the providers and of the types.
    """
    named = {"topic": topics_named(query.filters("topic")), "provider": providers_named(query.filters("provider"))}
    wanted: dict[str, list[tuple[str, ...]]] = {"topic": [], "provider": [], "type": []}
    without: list[str] = []
    for part in query.parts:
        if part.operator not in wanted:
            continue
        keys = (type_key(part.value),) if part.operator == "type" else named[part.operator].get(part, ())
        if not keys:
            ignored.append(Ignored(part.operator, part.value))
        if part.is_excluded:
            without += keys
        else:
            # A name that does not exist gets a key that no article has.
            wanted[part.operator].append(keys or (topic_key(0),))
    anyone = [tuple(chain.from_iterable(wanted[name])) for name in ("provider", "type") if wanted[name]]
    return [*wanted["topic"], *anyone], without


def topics_named(parts: Collection[Part]) -> dict[Part, tuple[str, ...]]:
    """Return the keys of the topics that each part names by slug or name; parts without any are left out."""
    if not parts:
        return {}
    values = {part.value for part in parts}
    rows = Topic.objects.filter(Q(slug__among=set(map(str.lower, values))) | Q(key__among=set(map(name_key, values))))
    named = [(pk, {slug, key}) for pk, slug, key in rows.values_list("id", "slug", "key")]
    return _matching(named, parts, lambda value: {value.lower(), name_key(value)}, topic_key)


def providers_named(parts: Collection[Part]) -> dict[Part, tuple[str, ...]]:
    """Return the keys of the providers that each part names by domain or name, which several may share."""
    if not parts:
        return {}
    values = {unicodedata.normalize(form, part.value.lower()) for part in parts for form in ("NFC", "NFD")}
    names = chain.from_iterable((Q(name__iexact=value), Q(domain=_domain_in(value))) for value in values)
    rows = Provider.objects.filter(reduce(or_, names)).order_by("id").values_list("id", "domain", "name")
    named = [(pk, {domain, name_key(name)}) for pk, domain, name in rows]
    return _matching(named, parts, lambda value: {name_key(value), _domain_in(value)}, provider_key)


def _domain_in(value: str) -> str:
    return normal_domain(value).removeprefix("www.")


def _matching(named: list[tuple[int, set[str]]], parts: Collection[Part], names_in: Callable[[str], set[str]],
              key_of: Callable[[int], str]) -> dict[Part, tuple[str, ...]]:  # fmt: skip
    keys = {part: tuple(key_of(pk) for pk, names in named if names & names_in(part.value)) for part in parts}
    return {part: found for part, found in keys.items() if found}
