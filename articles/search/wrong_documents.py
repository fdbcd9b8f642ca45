"""Compares the stored search documents with a new index, without writing anything."""

from dataclasses import dataclass, field

from django.conf import settings

from articles.content.web_addresses import numbers_of_each
from articles.models import SearchWord
from articles.search.analysis import analyse
from articles.search.index import (
    addresses_at_providers,
    as_shown,
    chunks_of,
    documents_of,
    known_ids,
    listed_texts,
    stored_addresses,
    stored_documents,
)


@dataclass(slots=True)
class WrongSearch:
    """The articles whose documents or addresses differ, including deleted articles, and missing words.

    Words that no article uses any more are not an error: only a rebuild removes them.
    """

    documents: set[int] = field(default_factory=set)
    addresses: set[int] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


def wrong_search() -> WrongSearch:
    found, words = WrongSearch(), set[str]()
    for ids in chunks_of(known_ids()):
        rows, texts = listed_texts(ids)
        tokens, its_words = analyse(settings.LANGUAGE_CODE, texts)
        words.update(its_words)
        differing = set(documents_of(rows, tokens)) ^ stored_documents(ids)
        found.documents.update(row[1] for row in differing)
        pks, addresses = addresses_at_providers(ids)
        numbers = zip(pks, numbers_of_each(addresses), strict=True)
        right = {(number, pk) for pk, its_numbers in numbers for number in its_numbers}
        found.addresses.update(pk for _, pk in right ^ stored_addresses(ids).keys())
    shown = {word for each in words if (word := as_shown(each))}
    found.words = shown - set(SearchWord.objects.values_list("word", flat=True))
    return found
