"""When each feed last changed, as far as anybody has seen it."""

from django.db import models


class FeedVersion(models.Model):
    """What a feed held when it was last made, and when that became different from what it held before.

    ``feed`` and ``digest`` are digests of the feed's name and of its contents. As anybody can ask for feeds of any
    search, there is a fixed number of slots: another feed of the same slot replaces the one before, which costs its
    readers no more than asking once in vain.
    """

    slot = models.PositiveIntegerField(primary_key=True)
    feed = models.CharField(max_length=32)
    digest = models.CharField(max_length=32)
    updated = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.feed}: {self.updated:%Y-%m-%d %H:%M:%S}"
