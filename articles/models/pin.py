"""Editors' picks."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.action import Versions
from articles.models.article import Article
from articles.models.validators import validate_visible
from articles.models.visibility import listed


class PinQuerySet(models.QuerySet["Pin"]):
    def current(self) -> Self:
        """Return the pins that apply now, of listed articles, in the order of their positions."""
        now = timezone.now()
        # Not as a join: as long as there are no pins, SQLite takes them for many, and begins with the articles.
        articles = Article.objects.filter(listed(now), pk=OuterRef("article_id"))
        current = self.filter(Exists(articles), starts__lte=now, ends__gt=now)
        return current.order_by("place", "-starts", "-id")

    def overlapping(self, pin: "Pin") -> Self:
        """Return the other pins for the same position at the same time."""
        return self.filter(place=pin.place, starts__lt=pin.ends, ends__gt=pin.starts).exclude(pk=pin.pk)


class Pin(models.Model):
    """An editor's choice to put an article at the top for a while. It changes no date, and ends by itself."""

    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="pins")
    place = models.PositiveSmallIntegerField(_("position"), default=1, help_text=_("1 is the top of the front page."))
    starts = models.DateTimeField(_("from"), default=timezone.now)
    ends = models.DateTimeField(_("until"))
    reason = models.CharField(
        _("reason"), max_length=200, validators=[validate_visible], help_text=_("Readers see it.")
    )

    objects = PinQuerySet.as_manager()
    history = Versions()

    class Meta:
        verbose_name = _("pin")
        verbose_name_plural = _("pins")
        ordering = ["-ends", "place"]
        indexes = [models.Index(fields=["ends"], name="pin_ends")]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="pin_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(place__gte=1), name="pin_has_place"),
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.reason}"

    def clean(self) -> None:
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": _("A pin must end after it starts.")})
        if self.place == 0:
            raise ValidationError({"place": _("Positions start at 1.")})
