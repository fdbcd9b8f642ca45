"""Stories: articles joined by their related links, and what editors decided about who belongs where."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.action import Versions
from articles.models.address_fields import WordSlugField
from articles.models.article import Article
from articles.models.provider import Provider


class Story(models.Model):
    """One event with all its sources; an article that nothing is linked with is a story of its own.

    All but ``slug`` and ``merged_into`` follows from the members; ``stories.py`` keeps it. A story without a
    ``lead`` has no member that readers may see in full, and no page.
    """

    slug = WordSlugField(max_length=100, blank=True, editable=False, db_index=False)
    # The story that this one became a part of, whose address answers for it.
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, editable=False, related_name="merged")
    lead = models.ForeignKey(Article, on_delete=models.SET_NULL, null=True, editable=False, related_name="leads")
    size = models.PositiveIntegerField(_("articles"), default=0, editable=False)
    listed = models.PositiveIntegerField(_("listed articles"), default=0, editable=False)
    # Members whose file gives them a heat: those that may lead. One is what the files mean.
    heads = models.PositiveIntegerField(_("articles with heat"), default=0, editable=False)
    providers = models.PositiveIntegerField(_("providers"), default=0, editable=False)
    independent = models.PositiveIntegerField(_("independent providers"), default=0, editable=False)
    first = models.DateTimeField(_("first article"), null=True, editable=False)
    last = models.DateTimeField(_("last article"), null=True, editable=False)
    # The best other providers, for the card's line: joined in its query instead of fetched after it. Looked for only when
    # a provider is deleted, which is not worth three indexes.
    other_1 = models.ForeignKey(
        Provider, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    other_2 = models.ForeignKey(
        Provider, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    other_3 = models.ForeignKey(
        Provider, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    # What ranking.py makes of the lead; null without one.
    rank = models.FloatField(null=True, editable=False)
    # The lead's, which orders stories of one rank or time.
    tie = models.BigIntegerField(default=0, editable=False)
    # From when readers may see the lead, and when another member's time comes (null: none waits).
    listed_from = models.DateTimeField(null=True, editable=False)
    changes_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-last", "-id"]
        verbose_name_plural = _("stories")
        indexes = [
            models.Index(fields=["-rank", "-tie", "-id"], name="story_rank", condition=Q(rank__isnull=False)),
            models.Index(
                fields=["-listed_from", "-tie", "-id"],
                name="story_listed",
                condition=Q(listed_from__isnull=False),
            ),
            models.Index(fields=["changes_at"], name="story_changes_at", condition=Q(changes_at__isnull=False)),
            models.Index(fields=["-last", "-id"], name="story_last"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="story_not_merged_into_itself",
            )
        ]

    def __str__(self) -> str:
        return str(self.lead) if self.lead else str(_("Story %d") % self.pk)

    def get_absolute_url(self) -> str:
        return story_url(self.pk, self.slug)


def story_url(pk: int, slug: str) -> str:
    """Return the address ``/stories/<id>-<slug>/``; the number alone finds the story."""
    return reverse("story", args=[pk, slug or "story"])


class StoryMember(models.Model):
    """Which story an article belongs to: every article and reference that is not withdrawn belongs to one."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="member")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="members")

    def __str__(self) -> str:
        return f"{self.article_id} in {self.story_id}"


class StoryDecision(models.Model):
    """An editor's word about where an article belongs, which no import undoes.

    The article's own links, to it and from it, join nothing, those of later imports included; it goes with ``joins``,
    or stands alone. With ``keeps_links`` its links go on joining, and ``joins`` is one more: so two stories become
    one and grow on both sides.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="story_decision")
    joins = models.ForeignKey(
        Article,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="joined_by",
        verbose_name=_("goes with"),
        help_text=_("An article of the story it belongs to; left empty, it is a story of its own."),
    )
    keeps_links = models.BooleanField(
        _("its links count, too"),
        default=False,
        help_text=_("On: it joins the two stories. Off: it alone goes there, whatever it is linked with."),
    )
    reason = models.CharField(max_length=200, blank=True)
    history = Versions()

    class Meta:
        verbose_name = _("decision about its story")
        verbose_name_plural = _("decisions about its story")
        constraints = [
            models.CheckConstraint(condition=~Q(article=models.F("joins")), name="storydecision_not_with_itself")
        ]

    def __str__(self) -> str:
        return f"{self.article} → {self.joins or '–'}"

    def clean(self) -> None:
        if self.joins_id and self.joins_id == self.article_id:
            raise ValidationError({"joins": _("Choose another article than this one.")})


class StoryLead(models.Model):
    """An editor's choice of an article to lead its story, whichever that is; it gives way while it is not listed.

    Where a story has several, the latest counts.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="story_lead")
    reason = models.CharField(max_length=200, blank=True)
    history = Versions()

    class Meta:
        verbose_name = _("chosen lead")
        verbose_name_plural = _("chosen leads")

    def __str__(self) -> str:
        return str(self.article)


class StoryMark(models.Model):
    """An article that has changed, and whose story is still to be brought up to date."""

    article_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.article_id)
