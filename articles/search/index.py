"""Writes the search index: documents of articles to be listed and of other accounts of their stories, the words of both,
and the addresses of all articles.

Changes of articles mark them, and ``update`` runs in the same transaction, so that the index always agrees with the
articles. A rebuild does the same for all of them.
"""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings

from articles.content.processes import Workers
from articles.content.web_addresses import numbers_of_each
from articles.db.bulk import delete_rows, insert_tuples
from articles.db.locks import writing
from articles.models import Article, ArticleTopic, Provider, SearchAddress, SearchDocument, SearchWord, Topic
from articles.models.querysets import ArticleQuerySet
from articles.search.analysis import Analyzer, analyse, analyzer_for, cut
from articles.search.engines import COLUMNS, EVERYTHING, ID_BITS, SEPARATOR, UNLISTED, engine
from articles.search.folding import fold
from articles.search.words import CHUNK, add_words, all_words

AHEAD = 2  # chunks of articles whose texts are in memory while workers analyse them
MAX_SECONDS = 1 << 34  # either way from 1970: some 544 years


class Indexed(NamedTuple):
    """The columns of an article that are indexed beside its texts; ``time`` is when it is listed, or was published."""

    id: int
    provider_id: int
    type: str
    time: dt.datetime
    tie: int
    is_listed: bool


def update(ids: Collection[int]) -> None:
    """Update the documents, words and addresses of these articles; unchanged ones are not written."""
    prepare_addresses(ids)()
    prepare_documents(ids)()
    prepare_coverage(ids)()


def prepare_addresses(ids: Collection[int], workers: Workers | None = None) -> Callable[[], None]:
    """Return a function that updates the addresses of these articles; see ``prepare_documents``."""
    return _prepared(_prepare_addresses, ids, workers)


def prepare_documents(ids: Collection[int], workers: Workers | None = None) -> Callable[[], None]:
    """Return a function that updates the documents and words of those of these articles that are or were listed.

    With ``workers``, texts are read now and analysed there, while the caller does something else.
    """
    return _prepared(partial(_prepare_documents, listed_texts, True), ids, workers)


def prepare_coverage(ids: Collection[int], workers: Workers | None = None) -> Callable[[], None]:
    """Return a function that does the same for unlisted accounts, once their stories and listed documents are right."""
    return _prepared(partial(_prepare_documents, coverage_texts, False), ids, workers)


Prepare = Callable[[Collection[int], Workers | None], Callable[[], None]]


def _prepared(prepare: Prepare, ids: Collection[int], workers: Workers | None) -> Callable[[], None]:
    if workers is None:
        return partial(_write_each, prepare, ids)
    remaining = chunks_of(ids)
    writers = deque(prepare(chunk, workers) for chunk in islice(remaining, AHEAD))

    def write_all() -> None:
        while writers:
            writers.popleft()()  # frees the memory of each when it is done
            writers.extend(prepare(chunk, workers) for chunk in islice(remaining, 1))

    return write_all


def _write_each(prepare: Prepare, ids: Collection[int]) -> None:
    for chunk in chunks_of(ids):
        prepare(chunk, None)()


def chunks_of(ids: Iterable[int]) -> Iterator[set[int]]:
    remaining = iter(sorted(ids))
    while chunk := set(islice(remaining, CHUNK)):
        yield chunk


def rebuild_index() -> int:
    """Rebuild the index, without words that no article has any more; return the number of documents."""
    with writing():
        engine().reset()
        SearchWord.objects.all().delete()
        update(known_ids())
        add_words(all_words())
        return SearchDocument.objects.count()


def known_ids() -> set[int]:
    """Return the ids of all articles, including deleted ones that the index still has."""
    ids = set(Article.objects.values_list("id", flat=True))
    ids |= set(SearchDocument.objects.values_list("article_id", flat=True))
    return ids | set(SearchAddress.objects.values_list("article_id", flat=True))


# -- Documents -------------------------------------------------------------------


Texts = tuple[list[Indexed], list[str]]


def _prepare_documents(
    texts_of: Callable[[Collection[int]], Texts], is_listed: bool, ids: Collection[int], workers: Workers | None
) -> Callable[[], None]:
    rows, texts = texts_of(ids)
    analysed = (workers.later if workers else partial)(analyse, settings.LANGUAGE_CODE, texts)

    def write() -> None:
        tokens, words = analysed()
        now = set(documents_of(rows, tokens))
        before = stored_documents(ids)
        own = {row.id for row in rows}
        # The other kind of documents has a writer of its own, but an article has only one document.
        stale = [row[0] for row in before - now if is_of_listed(row[2]) is is_listed or row[1] in own]
        engine().delete(stale)
        engine().insert(sorted(now - before))
        if now - before:
            add_words(words)

    return write


def listed_texts(ids: Collection[int]) -> Texts:
    """Return the articles to be listed, and the title and excerpt of each in turn."""
    return _texts(Article.objects.to_be_listed().filter(id__among=ids), "listed_from", is_listed=True)


def coverage_texts(ids: Collection[int]) -> Texts:
    """Return the same of unlisted accounts of stories."""
    return _texts(Article.objects.coverage().filter(id__among=ids), "published_date_time", is_listed=False)


def _texts(articles: ArticleQuerySet, time: str, is_listed: bool) -> Texts:
    texts: list[str] = []
    rows: list[Indexed] = []
    columns = ("title", "excerpt", "id", "provider_id", "type", time, "tie")
    for title, excerpt, *row in articles.order_by().values_list(*columns).iterator(CHUNK):
        texts += (title, excerpt)
        rows.append(Indexed._make((*row, is_listed)))
    return rows, texts


def stored_documents(ids: Collection[int]) -> set[tuple[Any, ...]]:
    return set(SearchDocument.objects.filter(article_id__among=ids).values_list(*COLUMNS))


def documents_of(rows: Collection[Indexed], tokens: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """Yield values of COLUMNS; ``tokens`` has those of each article's title and excerpt in turn."""
    analyzer = analyzer_for(settings.LANGUAGE_CODE)
    topics: dict[int, list[int]] = defaultdict(list)
    links = ArticleTopic.objects.filter(article__among=[row.id for row in rows]).order_by("article", "position", "id")
    for article_id, topic_id in links.values_list("article_id", "topic_id"):
        topics[article_id].append(topic_id)
    topic_names = _topic_names(analyzer, {pk for each in topics.values() for pk in each})
    provider_names = _provider_names(analyzer, {row.provider_id for row in rows})
    rest = iter(tokens)
    for row, title, excerpt in zip(rows, rest, rest, strict=True):
        its = topics.get(row.id, [])
        keys = [
            *([] if row.is_listed else [UNLISTED]),
            EVERYTHING,
            type_key(row.type),
            provider_key(row.provider_id),
            *map(topic_key, its),
        ]
        names = [*(topic_names[pk] for pk in its), provider_names[row.provider_id]]
        yield (place_of(row.time, row.id), row.id, " ".join(keys), title, _joined(names), excerpt, row.tie)


def _topic_names(analyzer: Analyzer, ids: Collection[int]) -> dict[int, str]:
    rows = Topic.objects.filter(id__among=ids).order_by().values_list("id", "name")
    return {pk: " ".join(analyzer.tokens(name)) for pk, name in rows}


def _provider_names(analyzer: Analyzer, ids: Collection[int]) -> dict[int, str]:
    rows = Provider.objects.filter(id__among=ids).order_by().values_list("id", "name", "domain")
    return {pk: _joined([" ".join(analyzer.tokens(text)) for text in (name, domain)]) for pk, name, domain in rows}


def _joined(names: Sequence[str]) -> str:
    return cut(f" {SEPARATOR} ".join(names))


def place_of(time: dt.datetime, article_id: int) -> int:
    """Return the place of a document, which combines its second and its article's id."""
    return (_seconds(time) << ID_BITS) | article_id


def first_place(time: dt.datetime) -> int:
    """Return the lowest place of documents from ``time`` on."""
    return _seconds(time) << ID_BITS


def article_id_of(place: int) -> int:
    return place & ((1 << ID_BITS) - 1)


def time_of(place: int) -> dt.datetime:
    """Return the time of a document, to the second."""
    return _EPOCH + dt.timedelta(seconds=place >> ID_BITS)


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _seconds(time: dt.datetime) -> int:
    return max(-MAX_SECONDS, min(int((time - _EPOCH).total_seconds() // 1), MAX_SECONDS))


def topic_key(pk: int) -> str:
    return f"{SEPARATOR}t{pk}"


def provider_key(pk: int) -> str:
    return f"{SEPARATOR}p{pk}"


def is_of_listed(keys: str) -> bool:
    """Return whether a document with these keys is that of a listed article, not of an unlisted account of a story."""
    return not keys.startswith(UNLISTED)


def type_key(name: str) -> str:
    return f"{SEPARATOR}k{fold(name)}"


# -- Addresses -------------------------------------------------------------------


def _prepare_addresses(ids: Collection[int], workers: Workers | None) -> Callable[[], None]:
    pks, addresses = addresses_at_providers(ids)
    numbered = (workers.later if workers else partial)(numbers_of_each, addresses)

    def write() -> None:
        now = {(number, pk) for pk, numbers in zip(pks, numbered(), strict=True) for number in numbers}
        before = stored_addresses(ids)
        delete_rows(SearchAddress, "id", [pk for pair, pk in before.items() if pair not in now])
        insert_tuples(SearchAddress, ["number", "article_id"], sorted(now - before.keys()))

    return write


def addresses_at_providers(ids: Collection[int]) -> tuple[list[int], list[list[str]]]:
    """Return the articles that can be found by address, and the addresses of each."""
    fields = ("web_url", "original_url", "amp_web_url", "cdn_amp_web_url")
    articles = Article.objects.not_withdrawn().filter(id__among=ids).order_by()
    pks: list[int] = []
    addresses: list[list[str]] = []
    for pk, *its in articles.values_list("id", *fields).iterator(CHUNK):
        pks.append(pk)
        addresses.append(its)
    return pks, addresses


def stored_addresses(ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Return the ids of the stored addresses of articles, by number and article."""
    rows = SearchAddress.objects.filter(article_id__among=ids).values_list("number", "article_id", "id")
    return {(number, article_id): pk for number, article_id, pk in rows}
