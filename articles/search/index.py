"""Articles -> what is searched: documents of those to be listed, their words, and the addresses that lead to any.

Whoever changes articles marks them (stories.py), and ``update`` follows in the same transaction, so that what is found
and what is there never differ. A rebuild is the same over everything.
"""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from articles.content.bulk import delete_rows, insert_missing, insert_tuples
from articles.listings import lock
from articles.models import Article, ArticleTopic, Provider, SearchAddress, SearchDocument, SearchWord, Topic
from articles.search.addresses import address_number, normal_address
from articles.search.analysis import MAX_TOKEN, MAX_WORDS, Analyzer, analyzer_for, fold
from articles.search.engines import COLUMNS, EVERYTHING, SEPARATOR, engine

ID_BITS = 28
MAX_SECONDS = 1 << 34  # either way from 1970: some 544 years
MIN_WORD = 3  # letters of a word that is worth suggesting
CHUNK = 10_000  # articles at a time; bounds memory


class Texts(NamedTuple):
    """What is indexed of a listed article."""

    id: int
    title: str
    excerpt: str
    provider_id: int
    type: str
    listed_from: dt.datetime


def update(ids: Iterable[int]) -> None:
    """Bring documents, words and addresses of these articles up to date; those that are as they were are not written."""
    remaining = iter(sorted(ids))
    while chunk := set(islice(remaining, CHUNK)):
        _update_documents(chunk)
        _update_addresses(chunk)


def rebuild_index() -> int:
    """Index everything anew, and forget words that no article has any more; return the number of documents."""
    with transaction.atomic():
        lock()
        engine().reset()
        SearchWord.objects.all().delete()
        ids = set(Article.objects.values_list("id", flat=True))
        ids |= set(SearchDocument.objects.values_list("article_id", flat=True))
        ids |= set(SearchAddress.objects.values_list("article_id", flat=True))
        update(ids)
        _add_words(_all_words())
        return SearchDocument.objects.count()


# -- Documents -------------------------------------------------------------------


def _update_documents(ids: Collection[int]) -> None:
    analyzer = analyzer_for(settings.LANGUAGE_CODE)
    words: set[str] = set()
    now = set(_documents(_texts(ids), analyzer, words))
    before = set(SearchDocument.objects.filter(article_id__among=ids).values_list(*COLUMNS))
    engine().delete([row[0] for row in before - now])
    engine().insert(sorted(now - before))
    if now - before:
        _add_words(words)


def _texts(ids: Collection[int]) -> list[Texts]:
    articles = Article.objects.filter(id__among=ids, listed_from__isnull=False).order_by()
    return [Texts._make(row) for row in articles.values_list(*Texts._fields)]


def _documents(texts: Collection[Texts], analyzer: Analyzer, words: set[str]) -> Iterator[tuple[Any, ...]]:
    """Yield values of COLUMNS, and add the words of titles and excerpts to ``words``."""
    topics: dict[int, list[int]] = defaultdict(list)
    links = ArticleTopic.objects.filter(article__among=[text.id for text in texts]).order_by(
        "article", "position", "id"
    )
    for article_id, topic_id in links.values_list("article_id", "topic_id"):
        topics[article_id].append(topic_id)
    topic_names = _topic_names(analyzer, {pk for each in topics.values() for pk in each})
    provider_names = _provider_names(analyzer, {text.provider_id for text in texts})
    for text in texts:
        title, excerpt = analyzer.words(text.title), analyzer.words(text.excerpt)
        words.update(title)
        words.update(excerpt)
        its = topics.get(text.id, [])
        keys = [EVERYTHING, type_key(text.type), provider_key(text.provider_id), *map(topic_key, its)]
        names = [*(topic_names[pk] for pk in its), provider_names[text.provider_id]]
        yield (
            place_of(text.listed_from, text.id),
            text.id,
            " ".join(keys),
            " ".join(analyzer.tokens_of(title)),
            _joined(names),
            " ".join(analyzer.tokens_of(excerpt)),
        )


def _topic_names(analyzer: Analyzer, ids: Collection[int]) -> dict[int, str]:
    rows = Topic.objects.filter(id__among=ids).order_by().values_list("id", "name")
    return {pk: " ".join(analyzer.tokens(name)) for pk, name in rows}


def _provider_names(analyzer: Analyzer, ids: Collection[int]) -> dict[int, str]:
    rows = Provider.objects.filter(id__among=ids).order_by().values_list("id", "name", "domain")
    return {pk: _joined([" ".join(analyzer.tokens(text)) for text in (name, domain)]) for pk, name, domain in rows}


def _joined(names: Sequence[str]) -> str:
    text = f" {SEPARATOR} ".join(names)
    return text if text.count(" ") < MAX_WORDS else " ".join(text.split(" ")[:MAX_WORDS])


def place_of(time: dt.datetime, article_id: int) -> int:
    """Return the place of a document; those of one second are in the order of their articles' ids."""
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


def _add_words(words: Iterable[str]) -> None:
    rows = {word: fold(word)[:MAX_TOKEN] for each in words if (word := as_shown(each))}
    insert_missing(SearchWord, ["word", "key"], sorted(rows.items()))


def as_shown(word: str) -> str:
    """Return a word as it may be suggested, nothing if it is too short or a number."""
    if len(word) < MIN_WORD or not any(map(str.isalpha, word)):
        return ""
    return word if word.isascii() and len(word) <= MAX_TOKEN else unicodedata.normalize("NFC", word)[:MAX_TOKEN]


def _all_words() -> set[str]:
    """Return the words of all listed articles: those that no update had to write have been forgotten, too."""
    analyzer = analyzer_for(settings.LANGUAGE_CODE)
    words: set[str] = set()
    texts = Article.objects.filter(listed_from__isnull=False).order_by().values_list("title", "excerpt")
    for row in texts.iterator(CHUNK):
        for text in row:
            words.update(analyzer.words(text))
    return words


# -- Addresses -------------------------------------------------------------------


def _update_addresses(ids: Collection[int]) -> None:
    fields = ("web_url", "original_url", "amp_web_url", "cdn_amp_web_url")
    articles = Article.objects.not_withdrawn().filter(id__among=ids).order_by()
    now = {
        (number, pk) for pk, *addresses in articles.values_list("id", *fields) for number in address_numbers(addresses)
    }
    rows = SearchAddress.objects.filter(article_id__among=ids).values_list("number", "article_id", "id")
    before = {(number, article_id): pk for number, article_id, pk in rows}
    delete_rows(SearchAddress, "id", [pk for pair, pk in before.items() if pair not in now])
    insert_tuples(SearchAddress, ["number", "article_id"], sorted(now - before.keys()))


def address_numbers(addresses: Iterable[str]) -> set[int]:
    """Return the numbers that addresses of one article are found by."""
    return {address_number(each) for each in {normal_address(address) for address in set(addresses) if address}}
