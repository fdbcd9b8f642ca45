"""Files whose articles were cleaned up, and which no import brings back."""

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.imports import ContentFolder


class TombstoneQuerySet(models.QuerySet["Tombstone"]):
    def had_address(self, date: dt.date, slug: str) -> bool:
        """Return whether an article with this address was listed, or withdrawn, before it was cleaned up."""
        return self.filter(date=date, slug=slug).exists()


class Tombstone(models.Model):
    """A file that stays out: under its path, whatever it says now, and under any other path while it says the same."""

    source_path = models.CharField(_("file"), max_length=500, unique=True)
    # As in Article: of the file as it was last imported.
    file_digest = models.CharField(max_length=64, blank=True, db_index=True)
    file_stamp = models.CharField(max_length=100, blank=True)
    folder = models.ForeignKey(
        ContentFolder, verbose_name=_("folder"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    time = models.DateTimeField(_("cleaned up"), default=timezone.now)
    # The address, if readers knew it: null for what was never listed, and for what was cleaned up by 1.0.0.
    date = models.DateField(_("date in the address"), null=True)
    slug = models.CharField(_("name in the address"), max_length=255, null=True)

    objects = TombstoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("file that stays out")
        verbose_name_plural = _("files that stay out")
        default_permissions = ("delete", "view")  # deleting one is letting its file come in again
        indexes = [models.Index(fields=["date", "slug"], name="tombstone_address")]

    def __str__(self) -> str:
        return self.source_path
