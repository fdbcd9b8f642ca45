"""The headlines that readers saw above an article before it got another one."""

from django.db import models

from articles.content.limits import TITLE_MAX_LENGTH
from articles.models.article import Article


class EarlierTitle(models.Model):
    """A title that a listed article had, as in its file, and until when; a trigger of the database writes it.

    Imports, edits, undo and schedules write titles in many places, often many at once; see migration 0034.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="earlier_titles", editable=False)
    title = models.CharField(max_length=TITLE_MAX_LENGTH, editable=False)
    until = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["until", "id"]

    def __str__(self) -> str:
        return self.title
