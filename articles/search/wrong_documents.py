"""Compares the stored search documents with a new index, without writing anything."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from articles.content.web_addresses import numbers_of_each
from articles.models import SearchWord
from articles.search.analysis import analyse
from articles.search.index import (
    addresses_at_providers,
    chunks_of,
    coverage_texts,
    documents_of,
    known_ids,
    listed_texts,
    stored_addresses,
    stored_documents,
)
from articles.search.words import as_shown


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
        documents: set[tuple[Any, ...]] = set()
        for rows, texts in (listed_texts(ids), coverage_texts(ids)):
            tokens, its_words = analyse(settings.LANGUAGE_CODE, texts)
            words.update(its_words)
            documents.update(documents_of(rows, tokens))
        found.documents.update(row[1] for row in documents ^ stored_documents(ids))
        pks, addresses = addresses_at_providers(ids)
        numbers = zip(pks, numbers_of_each(addresses), strict=True)
        right = {(number, pk) for pk, its_numbers in numbers for number in its_numbers}
        found.addresses.update(pk for _, pk in right ^ stored_addresses(ids).keys())
    shown = {word for each in words if (word := as_shown(each))}
    found.words = shown - set(SearchWord.objects.values_list("word", flat=True))
    return found
