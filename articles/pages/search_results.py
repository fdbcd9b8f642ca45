"""The records of the results page: marked cards, links that narrow or widen the query, and what was ignored of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from articles.models import Article
from articles.pages.cards import Card, Facts, RelatedItem, cards_by_id, related_items
from articles.pages.shown import shows_story
from articles.search.analysis import Phrase
from articles.search.engines import SEPARATOR
from articles.search.index import provider_key, topic_key
from articles.search.marking import find_matches
from articles.search.offered import Offered
from articles.search.query import MAX_LENGTH, MAX_PARTS, Ignored, Part, Query
from articles.search.searching import Found, Search, site_analyzer
from articles.text.rendering import mark_ranges, plain_text
from articles.text.sentences import isolated

FACET_SIZE = 8
UrlOf = Callable[[Query], str]  # returns the address of a query's results


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the results of another query; ``count`` is their number, None if it is not known."""

    name: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """Links that narrow the results by topic, provider or year."""

    id: str
    title: str
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Line:
    """An unlisted account that was found: a link to its provider, with the title of the story that it belongs to."""

    item: RelatedItem
    story_title: str

    @property
    def title(self) -> str:
        return self.item.title

    @property
    def facts(self) -> Facts:
        return self.item.facts


Result = Card | Line


def results_of(
    ids: Sequence[int], unlisted: Collection[int], topics_of: Callable[[list[int]], Mapping[int, frozenset[str]]]
) -> list[Result]:
    """Return the cards and lines of articles in the order of ``ids``, in one query for each of the two.

    ``topics_of`` returns the topics' slugs, by article id, that a reader's choices filter lines by.
    """
    listed = [pk for pk in ids if pk not in unlisted]
    others = [pk for pk in ids if pk in unlisted]
    results: dict[int, Result] = dict(cards_by_id(listed))
    rows = list(Article.objects.coverage_rows(others)) if others else []
    for row, item in zip(rows, related_items(rows, topics=topics_of(others)), strict=True):
        shows_story(row["member__story_id"])
        results[row["id"]] = Line(item, plain_text(row["member__story__lead__title"]))
    return [results[pk] for pk in ids if pk in results]


def marked(result: Result, phrases: Collection[Phrase]) -> Result:
    """Return a card or line with the words of the query marked in its title and excerpt."""
    analyzer = site_analyzer()
    if isinstance(result, Line):
        title = mark_ranges(result.title, find_matches(result.title, phrases, analyzer))
        return replace(result, item=replace(result.item, title=title))
    card = result
    title, excerpt = (mark_ranges(text, find_matches(text, phrases, analyzer)) for text in (card.title, card.excerpt))
    return replace(card, title=title, excerpt=excerpt)


def filter_links(query: Query, url_of: UrlOf) -> list[Link]:
    """Return the operators of a query, each with a link to the query without it."""
    return [Link(str(part), url_of(query.without(part))) for part in query.parts if part.operator]


def facets(search: Search, found: Found, url_of: UrlOf, offered: Offered) -> list[Facet]:
    """Return the facets of the results, those of most articles first, in two queries; none that all results have."""
    query, total = search.query, len(found)
    counts = {key: count for key, count in found.keys.items() if count < total}
    topics = [
        Link(plain_text(name), url_of(query.with_part(Part(slug, "topic"))), counts[topic_key(pk)])
        for pk, slug, name in _most(offered.topics.values_list("id", "slug", "name"), "t", counts, offered)
    ]
    providers = [
        Link(plain_text(name), url_of(query.with_part(Part(domain, "provider"))), counts[provider_key(pk)])
        for pk, domain, name in _most(offered.providers.values_list("id", "domain", "name"), "p", counts, offered)
    ]
    years = [Link(str(year), url_of(query.in_year(year)), count) for year, count in sorted(found.years.items())]
    found_facets = [
        Facet("topics", _("Topics"), topics),
        Facet("providers", _("Providers"), providers),
        Facet("years", _("Years"), years[::-1] if len(years) > 1 else []),
    ]
    return [facet for facet in found_facets if facet.links]


def _most(rows: QuerySet[Any, Any], kind: str, counts: dict[str, int], offered: Offered) -> list[tuple[int, str, str]]:
    """Return (id, slug or domain, name) of the topics or providers of most results, by number and then by name."""
    start = f"{SEPARATOR}{kind}"
    numbers = {int(key.removeprefix(start)): count for key, count in counts.items() if key.startswith(start)}
    # A reader who hides some gets the next ones in their place, so that all have to be fetched.
    most = sorted(numbers.values())[-FACET_SIZE:] if offered.is_everything else []
    least = min(most, default=0)
    best = {pk for pk, count in numbers.items() if count >= least}
    found = rows.filter(id__among=best) if best else rows.none()
    return sorted(found, key=lambda row: (-numbers[row[0]], row[2], row[1]))[:FACET_SIZE]


def describe_ignored(ignored: Ignored) -> str:
    """Return a sentence about a part of the query that was ignored, and why."""
    text = isolated(ignored.text)
    sentences = {
        "length": _("Only the first %(number)s characters were searched for.") % {"number": MAX_LENGTH},
        "parts": _("Only the first %(number)s words were searched for.") % {"number": MAX_PARTS},
        "date": _("“%(text)s” has no date like 2023, 2023-09 or 2023-09-01, and was left out.") % {"text": text},
        "value": _("“%(text)s” has nothing after it, and was left out.") % {"text": text},
        "empty": _("“%(text)s” has no letter or digit to search for, and was left out.") % {"text": text},
        "topic": _("There is no topic “%(text)s”.") % {"text": text},
        "provider": _("There is no provider “%(text)s”.") % {"text": text},
    }
    return sentences[ignored.reason]
