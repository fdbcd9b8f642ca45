"""Writes the search index: documents of articles to be listed, their words, and the addresses of all articles.

Changes of articles mark them, and ``update`` runs in the same transaction, so that the index always agrees with the
articles. A rebuild does the same for all of them.
"""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings

from articles.content.processes import Workers
from articles.content.web_addresses import numbers_of_each
from articles.db.bulk import delete_rows, insert_missing, insert_tuples, update_columns
from articles.db.locks import writing
from articles.models import Article, ArticleTopic, Provider, SearchAddress, SearchDocument, SearchWord, Topic
from articles.search.analysis import MAX_TOKEN, Analyzer, analyse, analyzer_for, cut
from articles.search.engines import COLUMNS, EVERYTHING, ID_BITS, SEPARATOR, engine
from articles.search.folding import fold

MAX_SECONDS = 1 << 34  # either way from 1970: some 544 years
MIN_WORD = 3  # letters of a word that is worth suggesting
CHUNK = 5000  # articles at a time; bounds memory


class Listed(NamedTuple):
    """The columns of an article to be listed that are indexed beside its texts."""

    id: int
    provider_id: int
    type: str
    listed_from: dt.datetime
    tie: int


def update(ids: Collection[int]) -> None:
    """Update the documents, words and addresses of these articles; unchanged ones are not written."""
    prepare_addresses(ids)()
    prepare_documents(ids)()


def prepare_addresses(ids: Collection[int], workers: Workers | None = None) -> Callable[[], None]:
    """Return a function that updates the addresses of these articles; see ``prepare_documents``."""
    return _prepared(_prepare_addresses, ids, workers)


def prepare_documents(ids: Collection[int], workers: Workers | None = None) -> Callable[[], None]:
    """Return a function that updates the documents and words of these articles.

    With ``workers``, texts are read now and analysed there, while the caller does something else.
    """
    return _prepared(_prepare_documents, ids, workers)


Prepare = Callable[[Collection[int], Workers | None], Callable[[], None]]


def _prepared(prepare: Prepare, ids: Collection[int], workers: Workers | None) -> Callable[[], None]:
    if workers is None:
        return partial(_write_each, prepare, ids)
    writers = [prepare(chunk, workers) for chunk in chunks_of(ids)]

    def write_all() -> None:
        while writers:
            writers.pop(0)()  # frees the memory of each when it is done

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


def _prepare_documents(ids: Collection[int], workers: Workers | None) -> Callable[[], None]:
    rows, texts = listed_texts(ids)
    analysed = (workers.later if workers else partial)(analyse, settings.LANGUAGE_CODE, texts)

    def write() -> None:
        tokens, words = analysed()
        now = set(documents_of(rows, tokens))
        before = stored_documents(ids)
        engine().delete([row[0] for row in before - now])
        engine().insert(sorted(now - before))
        if now - before:
            add_words(words)

    return write


def listed_texts(ids: Collection[int]) -> tuple[list[Listed], list[str]]:
    """Return the listed articles, and the title and excerpt of each in turn."""
    articles = Article.objects.to_be_listed().filter(id__among=ids).order_by()
    texts: list[str] = []
    rows: list[Listed] = []
    for title, excerpt, *row in articles.values_list("title", "excerpt", *Listed._fields).iterator(CHUNK):
        texts += (title, excerpt)
        rows.append(Listed._make(row))
    return rows, texts


def stored_documents(ids: Collection[int]) -> set[tuple[Any, ...]]:
    return set(SearchDocument.objects.filter(article_id__among=ids).values_list(*COLUMNS))


def documents_of(rows: Collection[Listed], tokens: Iterable[str]) -> Iterator[tuple[Any, ...]]:
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
        keys = [EVERYTHING, type_key(row.type), provider_key(row.provider_id), *map(topic_key, its)]
        names = [*(topic_names[pk] for pk in its), provider_names[row.provider_id]]
        yield (place_of(row.listed_from, row.id), row.id, " ".join(keys), title, _joined(names), excerpt, row.tie)


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


def type_key(name: str) -> str:
    return f"{SEPARATOR}k{fold(name)}"


# -- Words -----------------------------------------------------------------------


def add_words(words: Iterable[str]) -> None:
    rows = {word: fold(word)[:MAX_TOKEN] for each in words if (word := as_shown(each))}
    insert_missing(SearchWord, ["word", "key"], sorted(rows.items()))
    # Existing words may have a key from an older version.
    special = [word for word in rows if not word.isascii()]
    known = SearchWord.objects.filter(word__among=special).values_list("word", "key") if special else []
    update_columns(SearchWord, "word", ["key"], [(rows[word], word) for word, key in known if rows[word] != key])


def as_shown(word: str) -> str:
    """Return a word as it may be suggested; empty if it is too short or a number."""
    if len(word) < MIN_WORD or not any(map(str.isalpha, word)):
        return ""
    return word if word.isascii() and len(word) <= MAX_TOKEN else unicodedata.normalize("NFC", word)[:MAX_TOKEN]


def all_words() -> set[str]:
    """Return the words of all listed articles; updates only add those of documents that changed."""
    analyzer = analyzer_for(settings.LANGUAGE_CODE)
    words: set[str] = set()
    texts = Article.objects.to_be_listed().order_by().values_list("title", "excerpt")
    for row in texts.iterator(CHUNK):
        for text in row:
            words.update(analyzer.words(text))
    return words


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
