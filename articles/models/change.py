"""The log of changes, for processes that cache pages and for clients of the API."""

from django.db import models
from django.utils import timezone


class RecordedChange(models.Model):
    """The changes of one transaction, for others to read; see changes/log.py. Rows are deleted after a month.

    ``content`` has the fields of a ``ContentChange``. It is null from the transaction until right after its commit, and
    remains null if the process is killed in between: then anything may have changed.
    """

    time = models.DateTimeField(default=timezone.now)
    content = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["time"], name="recordedchange_time")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.content}"
