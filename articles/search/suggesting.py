"""Suggestions: another spelling if a query finds little, and completions while it is being typed."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Length
from rapidfuzz import process
from rapidfuzz.distance import OSA

from articles.models import SearchWord
from articles.search.engines import UNLISTED, Criteria, engine
from articles.search.folding import fold
from articles.search.index import provider_key, topic_key
from articles.search.offered import Offered
from articles.search.query import Part, Query
from articles.search.searching import Search, count, last_listed, prepare, site_analyzer
from articles.text.rendering import plain_text

FEW = 3  # articles; a query that finds as many is considered to be spelt as intended
SHORT = 5  # letters; in shorter words one may be wrong, in others two
SPELLINGS = 8  # candidates
COMPLETIONS = 8
TRIED = 20  # words, of which the most frequent are shown
ENOUGH = 100  # articles; words with more count as equally frequent
MIN_PREFIX = 2
NAMED = 4  # topics, and providers


# -- Another spelling ---------------------------------------------------------------


def respelt(search: Search, found: int) -> Query | None:
    """Return the query with words that (nearly) no article has spelt differently, if that finds more than ``found``."""
    if search.criteria is None or found >= FEW:
        return None
    spellings = {part.value: spelling for part in search.query.words if (spelling := _spelling(part))}
    if not spellings:
        return None
    query = search.query.map_words(lambda value: spellings.get(value, value))
    return query if count(prepare(query), FEW + 1) > found else None


def _spelling(part: Part) -> str:
    """Return the word that a reader may have meant; empty if there is no better one."""
    word = fold(part.value)
    if part.is_quoted or part.is_excluded or len(word) < 3 or len(site_analyzer().words(part.value)) != 1:
        return ""
    own = _frequency(part.value)
    if own >= FEW:
        return ""
    frequencies = [(distance, -_frequency(each), each) for each, distance in _words_like(word)]
    best = min((each for each in frequencies if -each[1] > own), default=None)
    return best[2] if best else ""


def _words_like(word: str) -> list[tuple[str, int]]:
    """Return the words most similar to ``word``, each with its edit distance."""
    wrong = 1 if len(word) < SHORT else 2
    lengths = Length("key")
    rows = SearchWord.objects.alias(length=lengths).filter(length__gte=len(word) - wrong, length__lte=len(word) + wrong)
    words = dict(rows.exclude(key=word).order_by("word").values_list("word", "key"))
    found = process.extract(word, words, scorer=OSA.distance, score_cutoff=wrong, limit=SPELLINGS)
    return [(each, int(distance)) for _, distance, each in found]


def _frequency(word: str) -> int:
    """Return the number of listed articles with a word, at most ENOUGH."""
    tokens = tuple(site_analyzer().tokens(word))
    return engine().count(Criteria((tokens,), last=last_listed()), ENOUGH) if tokens else 0


# -- Typing ahead -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Completions:
    """Completed queries, and topics and providers as (name, address)."""

    queries: list[str]
    topics: list[tuple[str, str]]
    providers: list[tuple[str, str]]


def completions(text: str, offered: Offered) -> Completions:
    """Return completions of the last word of ``text``, and topics and providers with matching names."""
    text = text.lstrip()
    if len(fold(text)) < MIN_PREFIX:
        return Completions([], [], [])
    before, _, last = text.rpartition(" ")
    start = f"{before} " if before else ""
    name = " ".join(text.split())
    begins = Q(name__istartswith=name) | Q(name__icontains=f" {name}")
    return Completions(
        [f"{start}{word}" for word in _words_from(last)],
        _pages(offered.topics.filter(begins), topic_key),
        _pages(offered.providers.filter(begins | Q(domain__istartswith=name)), provider_key),
    )


def _words_from(text: str) -> list[str]:
    """Return words that begin with ``text``, most frequent first, one for each stem."""
    prefix = fold(text)
    if len(prefix) < MIN_PREFIX or not text.isalnum():
        return []
    by_token: dict[tuple[str, ...], str] = {}
    for word in _beginning(prefix).order_by(Length("key"), "key", "word").values_list("word", flat=True)[:TRIED]:
        by_token.setdefault(tuple(site_analyzer().tokens(word)), word)
    frequencies = {word: _frequency(word) for word in by_token.values()}
    words = sorted((word for word in frequencies if frequencies[word]), key=lambda word: -frequencies[word])
    return words[:COMPLETIONS]


def _beginning(prefix: str) -> QuerySet[SearchWord]:
    """Return the words with a prefix, by a condition for which the database has an index."""
    if connection.vendor == "sqlite":
        return SearchWord.objects.filter(key__gte=prefix, key__lt=f"{prefix}\U0010ffff")
    return SearchWord.objects.filter(key__startswith=prefix)


def _pages(rows: QuerySet[Any], key_of: Any) -> list[tuple[str, str]]:
    """Return names and addresses of the first topics or providers that have listed articles."""
    found: list[Model] = list(rows[: NAMED * 2])
    last = last_listed()
    criteria = {row.pk: Criteria(keys=((key_of(row.pk),),), without_keys=(UNLISTED,), last=last) for row in found}
    listed = [row for row in found if engine().count(criteria[row.pk], 1)]
    return [(plain_text(str(row)), row.get_absolute_url()) for row in listed[:NAMED]]  # type: ignore[attr-defined]
