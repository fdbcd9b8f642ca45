"""How many articles each listing has, month by month."""

from django.db import models
from django.db.models import Q

from articles.models.provider import Provider
from articles.models.topic import Topic


class ListingMonth(models.Model):
    """The number of articles to be listed in one month (UTC) of one listing.

    A listing is a topic's, a provider's, or everything (neither set). A page is found by walking these
    few rows instead of all the articles before it, so a deep page costs what the first one costs.
    Articles of the future are counted too; ``listings.py`` keeps the counts and takes those off.
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
