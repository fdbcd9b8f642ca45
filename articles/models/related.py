"""Entries of ``related`` lists in files, and the links between articles that follow from them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.content.limits import ADDRESS_MAX_LENGTH
from articles.models.article import Article
from articles.models.fields import MappingField


class RelatedEntry(models.Model):
    """The values of an entry of a ``related`` list, stored once however many lists repeat it.

    ``differences`` is how they differ from those of the target's own file; nearly always null, as they do not.
    """

    digest = models.CharField(max_length=32, unique=True)
    address = models.CharField(max_length=ADDRESS_MAX_LENGTH)
    target = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="entries")
    differences = MappingField(null=True)

    class Meta:
        indexes = [models.Index(fields=["address"], name="relatedentry_address")]

    def __str__(self) -> str:
        return self.address


class UnlinkedEntry(models.Model):
    """An entry of a ``related`` list without a link: it names the article itself, or the target of an earlier entry.

    It is stored, with its ``position`` in the list, so that files can be written as they were read.
    """

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="unlinked_entries"
    )
    entry = models.ForeignKey(RelatedEntry, on_delete=models.CASCADE, related_name="unlinked")
    position = models.PositiveIntegerField(_("position"))

    def __str__(self) -> str:
        return str(self.entry)


class RelatedLink(models.Model):
    """A link from an article to another one, in the order of the article's ``related`` list."""

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="related_links", db_index=False
    )
    target = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="incoming_links"
    )
    # The entry in the file; links made by editors have none.
    entry = models.ForeignKey(RelatedEntry, on_delete=models.SET_NULL, null=True, editable=False, related_name="links")
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("related article")
        constraints = [
            models.UniqueConstraint(fields=["article", "target"], name="relatedlink_unique"),
            models.CheckConstraint(condition=~Q(article=models.F("target")), name="relatedlink_not_to_itself"),
        ]

    def __str__(self) -> str:
        return str(self.target)

    def save(self, *args: Any, **kwargs: Any) -> None:
        # A link whose target an editor changed does not come from the file any more.
        if self.entry is not None and self.entry.target_id != self.target_id:
            self.entry = None
        super().save(*args, **kwargs)
