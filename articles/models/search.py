"""What is searched: of each listed article the tokens of its texts, and the addresses that any article is found by.

All of it follows from the articles; ``articles/search/index.py`` keeps it. Rows name articles without referring to
them, since they are looked after there, in the same transaction, and nowhere else.
"""

from django.db import models


class SearchDocument(models.Model):
    """A listed article as the engines see it: texts are tokens of ``analysis.py`` with spaces between.

    On SQLite, triggers copy each row into the full-text table ``articles_search``; on PostgreSQL, the table has a
    column ``vector`` beside these.
    """

    # Seconds of the time from which it is listed, and the article's id in the lowest bits: newest first is an order
    # of this number, but for those of one second, and any span of time a range.
    place = models.BigIntegerField(primary_key=True)
    article_id = models.BigIntegerField(unique=True)
    # Tokens that are no words: the ids of its provider and topics, and its type.
    keys = models.TextField()
    title = models.TextField()
    names = models.TextField(help_text="Of its topics and its provider.")
    excerpt = models.TextField()
    # The article's, which orders what was published in one second.
    tie = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.article_id}: {self.title}"


class SearchWord(models.Model):
    """A word that has been in an article; words are added, and only a rebuild forgets those that have gone."""

    word = models.CharField(max_length=64, primary_key=True)
    # Without diacritics, which nobody types.
    key = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return self.word


class SearchAddress(models.Model):
    """An address at a provider that leads to an article here, as a number that variants of it have in common."""

    number = models.BigIntegerField(db_index=True)
    article_id = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.number}: {self.article_id}"
