"""The words of articles, which are suggested as they are written."""

import unicodedata
from collections.abc import Iterable

from django.conf import settings

from articles.db.bulk import insert_missing, update_columns
from articles.models import Article, SearchWord
from articles.search.analysis import MAX_TOKEN, analyzer_for
from articles.search.folding import fold

MIN_WORD = 3  # letters of a word that is worth suggesting
CHUNK = 5000  # articles at a time; bounds memory


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
    """Return the words of all articles that are indexed; updates only add those of documents that changed."""
    analyzer = analyzer_for(settings.LANGUAGE_CODE)
    words: set[str] = set()
    for articles in (Article.objects.to_be_listed(), Article.objects.coverage()):
        for row in articles.order_by().values_list("title", "excerpt").iterator(CHUNK):
            for text in row:
                words.update(analyzer.words(text))
    return words
