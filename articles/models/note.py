"""Notes of editors to each other, about an article or a story."""

from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.story import Story
from articles.models.validators import validate_visible

NOTE_MAX_LENGTH = 2000


class NoteQuerySet(models.QuerySet["Note"]):
    def open(self) -> Self:
        """Return the notes that nobody has marked as done."""
        return self.filter(done_at=None)

    def for_user(self, user: Any) -> Self:
        """Return the notes that are assigned to a user, or mention them."""
        mentions = Note.mentioned.through.objects.filter(user_id=user.pk)
        return self.filter(Q(assignee=user.pk) | Q(pk__in=mentions.values("note_id")))

    def about(self, row: Article | Story) -> Self:
        """Return the notes about an article, or about a story and those that became a part of it."""
        if isinstance(row, Article):
            return self.filter(article=row)
        return self.filter(Q(story=row) | Q(story__in=Story.objects.filter(merged_into=row).values("pk")))


class Note(models.Model):
    """What an editor tells the others about one article or story; it is in no file, and no reader sees it."""

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, null=True, editable=False, related_name="notes"
    )
    story = models.ForeignKey(
        Story, verbose_name=_("story"), on_delete=models.CASCADE, null=True, editable=False, related_name="notes"
    )
    text = models.TextField(_("note"), max_length=NOTE_MAX_LENGTH, validators=[validate_visible])
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for"),
    )
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, editable=False, related_name="+")
    time = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    done_at = models.DateTimeField(_("done"), null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-time", "-id"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        # The start page looks for the open ones of a user, which are few.
        indexes = [models.Index(fields=["-time", "-id"], name="note_open", condition=Q(done_at__isnull=True))]
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=True, story__isnull=False) | Q(article__isnull=False, story__isnull=True),
                name="note_about_one",
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def subject(self) -> Article | Story:
        """What the note is about."""
        return cast(Article | Story, self.article or self.story)

    @property
    def url(self) -> str:
        """The page at the desk with all notes about the same."""
        kind, pk = ("article", self.article_id) if self.article_id else ("story", self.story_id)
        return reverse("admin:articles_note_about", args=[kind, pk])
