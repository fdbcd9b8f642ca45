"""The record of scheduled backups, for people at the desk; the archives themselves are in BACKUP_DIR."""

from django.db import models
from django.utils import timezone


class Backup(models.Model):
    """A backup that the clock has started. It is right when ``checked`` is set: its archive was read again then."""

    name = models.CharField(max_length=100)
    started = models.DateTimeField(default=timezone.now)
    checked = models.DateTimeField(null=True)
    bytes = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
