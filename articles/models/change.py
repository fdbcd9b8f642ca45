"""What changed for readers, for processes that keep pages."""

from django.db import models
from django.utils import timezone


class RecordedChange(models.Model):
    """What one transaction changed, for other processes to read; see changes/log.py. Rows go after an hour.

    ``content`` has the fields of a ``ContentChange``. It is null from the transaction until right after its commit, and
    stays so if the process is killed in between: then anything may have changed.
    """

    time = models.DateTimeField(default=timezone.now)
    content = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["time"], name="recordedchange_time")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.content}"
