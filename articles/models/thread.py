"""Threads: stories that follow each other, joined over time by ``related`` links and by editors."""

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.action import Versions
from articles.models.address_fields import WordSlugField
from articles.models.article import Article
from articles.models.querysets import ThreadQuerySet
from articles.models.story import Story
from articles.models.visibility import listed


class Thread(models.Model):
    """Stories that ``related`` links join, in either direction and over any number of steps, and that editors join.

    All columns but ``slug`` and ``merged_into`` follow from the stories; ``articles/stories/threads/`` writes them. A thread
    has a page if readers see at least two of its stories, one of them (its ``head``) with a listed article.
    """

    slug = WordSlugField(max_length=100, blank=True, editable=False, db_index=False)
    # What editors call it; without a name of its own, it is shown by the title of its most covered story.
    name = models.CharField(_("name"), max_length=200, blank=True, editable=False)
    # The thread that this one became a part of; its address redirects there.
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, editable=False, related_name="merged")
    # The most covered story; kept when the thread falls apart, since its address leads there from then on.
    head = models.ForeignKey(Story, on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    stories = models.PositiveIntegerField(_("stories"), default=0, editable=False)
    articles = models.PositiveIntegerField(_("articles"), default=0, editable=False)
    providers = models.PositiveIntegerField(_("providers"), default=0, editable=False)
    first = models.DateTimeField(_("first article"), null=True, editable=False)
    last = models.DateTimeField(_("last article"), null=True, editable=False)
    # Whether editors cut it, or something that would be part of it otherwise.
    is_cut = models.BooleanField(default=False, editable=False)
    # When the next of its stories becomes listed; null if none waits.
    changes_at = models.DateTimeField(null=True, editable=False)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering = ["-last", "-id"]
        indexes = [
            models.Index(fields=["-last", "-id"], name="thread_last"),
            models.Index(fields=["changes_at"], name="thread_changes_at", condition=Q(changes_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="thread_not_merged_into_itself",
            )
        ]

    def __str__(self) -> str:
        return self.name or (str(self.head) if self.head else str(_("Thread %d") % self.pk))

    def get_absolute_url(self) -> str:
        return thread_url(self.pk, self.slug)

    @property
    def has_page(self) -> bool:
        """Whether it has a page of its own, by the rule of ``with_page``."""
        return self.stories > 1 and self.head_id is not None


def thread_url(pk: int, slug: str) -> str:
    """Return the address ``/threads/<id>-<slug>/``; the id alone identifies the thread."""
    return reverse("thread", args=[pk, slug or "thread"])


class ThreadMemberQuerySet(models.QuerySet["ThreadMember"]):
    def seen(self) -> Self:
        """Return the stories that readers see: with a listed article, or with nothing but links to providers."""
        return self.filter(Q(story__lead=None) | listed(column="story__listed_from"), time__isnull=False)

    def newest_first(self) -> Self:
        return self.order_by("-time", "-story")

    def oldest_first(self) -> Self:
        return self.order_by("time", "story")

    def before(self, time: dt.datetime, story: int) -> Self:
        """Return the stories that began before one."""
        return self.filter(Q(time__lt=time) | Q(time=time, story__lt=story))

    def after(self, time: dt.datetime, story: int) -> Self:
        """Return the stories that began after one."""
        return self.filter(Q(time__gt=time) | Q(time=time, story__gt=story))


class ThreadMember(models.Model):
    """The thread of a story; stories that nothing joins with another one have none."""

    story = models.OneToOneField(Story, on_delete=models.CASCADE, primary_key=True, related_name="thread_member")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="members", db_index=False)
    # A copy of the story's ``first``, so that a page is a range of one index; null if readers never see the story.
    time = models.DateTimeField(null=True)
    # Whether an editor cut the thread before this story.
    begins = models.BooleanField(default=False)

    objects = ThreadMemberQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["thread", "-time", "-story"], name="threadmember_time")]

    def __str__(self) -> str:
        return f"{self.story_id} in {self.thread_id}"


class ThreadLink(models.Model):
    """Two stories that articles link with each other, or that an editor joined (``is_join``); ``one`` has the lower id.

    They name stories by number without a foreign key: the link of a deleted story must stay until it is noticed that
    its thread may have fallen apart.
    """

    one = models.BigIntegerField()
    other = models.BigIntegerField(db_index=True)
    is_join = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="threadlink_unique")]

    def __str__(self) -> str:
        return f"{self.one} and {self.other}"


class ThreadDecision(models.Model):
    """An editor's decision about the thread of the story that has ``article``, which no import undoes.

    ``joins``: the threads of both articles are one. ``apart``: links do not join this story to others. ``begins``: a
    thread begins with this story, what is earlier belongs to another one. Joins hold across cuts.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="thread_decision")
    joins = models.ForeignKey(
        Article,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="thread_joined_by",
        verbose_name=_("goes with"),
        help_text=_("An article whose thread it belongs to, whatever is linked."),
    )
    apart = models.BooleanField(
        _("links do not count"), default=False, help_text=_("On: related links do not join its story to others.")
    )
    begins = models.BooleanField(
        _("begins a thread"), default=False, help_text=_("On: earlier stories are not in its thread.")
    )
    reason = models.CharField(max_length=200, blank=True)
    history = Versions()

    class Meta:
        verbose_name = _("decision about its thread")
        verbose_name_plural = _("decisions about its thread")
        constraints = [
            models.CheckConstraint(condition=~Q(article=models.F("joins")), name="threaddecision_not_with_itself"),
            models.CheckConstraint(
                condition=Q(joins__isnull=False) | Q(apart=True) | Q(begins=True), name="threaddecision_decides"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article} → {self.joins or '–'}"

    def clean(self) -> None:
        if self.joins_id and self.joins_id == self.article_id:
            raise ValidationError({"joins": _("Choose another article than this one.")})
        if not (self.joins_id or self.apart or self.begins):
            raise ValidationError(_("Choose an article to go with, or what is to be cut."))


class ThreadName(models.Model):
    """An editor's name for the thread of an article's story. If a thread has several, the latest counts."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="thread_name")
    name = models.CharField(_("name"), max_length=200)
    reason = models.CharField(max_length=200, blank=True)
    history = Versions()

    class Meta:
        verbose_name = _("name of its thread")
        verbose_name_plural = _("names of its thread")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="threadname_not_empty")]

    def __str__(self) -> str:
        return self.name
