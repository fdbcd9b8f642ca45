"""Files whose articles were cleaned up, and which no import brings back."""

from django.db import models
from django.utils import timezone

from articles.models.imports import ContentFolder


class Tombstone(models.Model):
    """A file that stays out: under its path, whatever it says now, and under any other path while it says the same."""

    source_path = models.CharField(max_length=500, unique=True)
    # As in Article: of the file as it was last imported.
    file_digest = models.CharField(max_length=64, blank=True, db_index=True)
    file_stamp = models.CharField(max_length=100, blank=True)
    folder = models.ForeignKey(ContentFolder, on_delete=models.SET_NULL, null=True, related_name="+")
    time = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.source_path
