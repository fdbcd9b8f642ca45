"""The search index: the tokens of listed articles and of other accounts of their stories, and the addresses by which any
article is found.

All of it follows from the articles and is written by ``articles/search/index.py``, in the transaction that changes
them; that is why there are no foreign keys to articles.
"""

from django.db import models


class SearchDocument(models.Model):
    """A listed article, or an unlisted account of a story, in the index: its texts as tokens of ``analysis.py``, joined by spaces.

    On SQLite, triggers copy each row into the full-text table ``articles_search``; on PostgreSQL, the table also has a
    column ``vector``.
    """

    # The second from which it is listed, or that it was published in, with the article's id in the lowest bits, so that newest first is an order of
    # this number (except within one second) and any span of time a range.
    place = models.BigIntegerField(primary_key=True)
    article_id = models.BigIntegerField(unique=True)
    # Tokens that are not words: the ids of its provider and topics, and its type.
    keys = models.TextField()
    title = models.TextField()
    names = models.TextField(help_text="Of its topics and its provider.")
    excerpt = models.TextField()
    # The article's tie, which orders documents of one second.
    tie = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.article_id}: {self.title}"


class SearchWord(models.Model):
    """A word that has been in an article; only a rebuild removes words that no article has any more."""

    word = models.CharField(max_length=64, primary_key=True)
    # The word without diacritics, as it is typed.
    key = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return self.word


class SearchAddress(models.Model):
    """An address of an article at its provider, as a number that all variants of the address have in common."""

    # Looked for by the index of the constraint, which begins with it.
    number = models.BigIntegerField()
    article_id = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "article_id"], name="searchaddress_unique")]

    def __str__(self) -> str:
        return f"{self.number}: {self.article_id}"
