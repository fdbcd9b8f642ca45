"""The number of articles in each listing by month."""

from django.db import models
from django.db.models import Q

from articles.models.provider import Provider
from articles.models.topic import Topic


class ListingMonth(models.Model):
    """The number of articles in one month (UTC) of one listing.

    A listing is that of a topic, of a provider, or of everything (neither set). A page is found by adding up these few
    rows instead of counting all articles before it, so that a deep page costs as much as the first one. Articles of
    the future are counted, too; ``listings/`` updates the counts, and subtracts those when it reads.
    """

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, related_name="months", db_index=False)
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, null=True, related_name="months", db_index=False)
    month = models.DateField(help_text="Its first day.")
    count = models.PositiveIntegerField()
    folded = models.PositiveIntegerField(
        default=0, help_text="With the articles of one story counted once: topics only."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__isnull=True) | Q(provider__isnull=True), name="listingmonth_one_listing"
            ),
            models.UniqueConstraint(
                fields=["topic", "month"], condition=Q(topic__isnull=False), name="listingmonth_unique_topic"
            ),
            models.UniqueConstraint(
                fields=["provider", "month"], condition=Q(provider__isnull=False), name="listingmonth_unique_provider"
            ),
            models.UniqueConstraint(
                fields=["month"], condition=Q(topic__isnull=True, provider__isnull=True), name="listingmonth_unique_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.count}"
