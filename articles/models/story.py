"""Stories: articles about one event, why they belong together, and editors' decisions about that."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.action import Versions
from articles.models.address_fields import WordSlugField
from articles.models.article import Article
from articles.models.provider import Provider
from articles.models.querysets import StoryQuerySet
from articles.text.addresses import address


class Story(models.Model):
    """One event with all its sources; an article that nobody else tells of is a story of its own.

    All columns but ``slug`` and ``merged_into`` follow from the members; ``articles/stories/`` writes them. A story
    without a ``lead`` has no listed member, and no page.
    """

    slug = WordSlugField(max_length=100, blank=True, editable=False, db_index=False)
    # The story that this one became a part of; its address redirects there.
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, editable=False, related_name="merged")
    lead = models.ForeignKey(Article, on_delete=models.SET_NULL, null=True, editable=False, related_name="leads")
    size = models.PositiveIntegerField(_("articles"), default=0, editable=False)
    listed = models.PositiveIntegerField(_("listed articles"), default=0, editable=False)
    # Members whose file gives them heat, those that may lead; files mean one for each story.
    heads = models.PositiveIntegerField(_("articles with heat"), default=0, editable=False)
    providers = models.PositiveIntegerField(_("providers"), default=0, editable=False)
    independent = models.PositiveIntegerField(_("independent providers"), default=0, editable=False)
    first = models.DateTimeField(_("first article"), null=True, editable=False)
    last = models.DateTimeField(_("last article"), null=True, editable=False)
    # The providers of the best other accounts, which the query of cards joins. They are looked up only when a provider
    # is deleted, which is not worth three indexes.
    other_1 = models.ForeignKey(
        Provider, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    other_2 = models.ForeignKey(
        Provider, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    other_3 = models.ForeignKey(
        Provider, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    # The lead's rank by ranking.py; null without a lead.
    rank = models.FloatField(null=True, editable=False)
    # The rank without the part that stands for the lead's time: how much the story matters whatever its age.
    weight = models.FloatField(null=True, editable=False)
    # The lead's tie, which orders stories of the same rank or time.
    tie = models.BigIntegerField(default=0, editable=False)
    # From when the lead is listed, and when the next member becomes listed (null if none waits).
    listed_from = models.DateTimeField(null=True, editable=False)
    changes_at = models.DateTimeField(null=True, editable=False)

    objects = StoryQuerySet.as_manager()

    class Meta:
        ordering = ["-last", "-id"]
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        indexes = [
            models.Index(fields=["-rank", "-tie", "-id"], name="story_rank", condition=Q(rank__isnull=False)),
            models.Index(
                fields=["-weight", "-listed_from", "-tie", "-id"],
                name="story_weight",
                condition=Q(weight__isnull=False),
            ),
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
    """Return the address ``/stories/<id>-<slug>/``; the id alone identifies the story."""
    return address("story", pk, slug or "story")


class StoryMember(models.Model):
    """The story of an article; every article and reference that is not withdrawn has one."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="member")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="members")

    def __str__(self) -> str:
        return f"{self.article_id} in {self.story_id}"


class StoryDecision(models.Model):
    """An editor's decision about the story of an article, which no import undoes.

    What the article says and is linked with, now or after later imports, does not join it to stories any more: it
    belongs to the story of ``joins``, or to one of its own. With ``keeps_links`` all that still counts, and ``joins``
    is one more reason, so that two stories become one.
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
    reason = models.CharField(_("reason"), max_length=200, blank=True)
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
    """An editor's choice of an article to lead its story; it has no effect while the article is not listed.

    If a story has several, the latest counts.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="story_lead")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    history = Versions()

    class Meta:
        verbose_name = _("chosen lead")
        verbose_name_plural = _("chosen leads")

    def __str__(self) -> str:
        return str(self.article)


class StoryComparison(models.Model):
    """An editor's word on whether two articles tell of the same event, given when a proposal was declined.

    It joins and parts nothing: it keeps what proposes a cut or a join, as long as only such pairs speak for it, from
    being proposed again. The order of the two has no meaning.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", verbose_name=_("other article"))
    same = models.BooleanField(_("the same event"))

    class Meta:
        verbose_name = _("comparison of two articles")
        verbose_name_plural = _("comparisons of two articles")
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="storycomparison_unique"),
            models.CheckConstraint(condition=~Q(article=models.F("other")), name="storycomparison_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.article} – {self.other}"


class StoryMark(models.Model):
    """An article that has changed, and whose story has not been updated yet."""

    article_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.article_id)


class StoryEvidence(models.Model):
    """Why two articles may belong to one story: that they tell of the same event, by what they say.

    ``one`` has the lower id. ``articles/stories/`` finds these rows anew whenever one of the articles changes.
    """

    one = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    likeness = models.FloatField()  # cosine of their words, from 0 to 1
    words = models.CharField(max_length=300, blank=True)  # the rarest that both have
    is_linked = models.BooleanField(default=False)
    is_copy = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="storyevidence_unique"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="storyevidence_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} and {self.other_id}: {self.likeness:.2f}"


class StoryVocabulary(models.Model):
    """How common words are on this site, and within its larger providers; the weights of words follow from it.

    There is one row at most. It is learned again when the site has twice the articles, or half of them.
    """

    version = models.CharField(max_length=32)
    articles = models.PositiveIntegerField()
    content = models.TextField()  # JSON

    def __str__(self) -> str:
        return f"words of {self.articles} articles"
