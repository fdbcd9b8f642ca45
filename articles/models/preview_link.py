"""Links by which people without an account see articles that readers do not see yet."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def open(self) -> Self:
        """Return the links that work now."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now())


class PreviewLink(models.Model):
    """That somebody was given a link: its address is ``key`` with a signature, which no row and no archive has."""

    class State(models.TextChoices):
        OPEN = "open", _("works")
        REVOKED = "revoked", _("revoked")
        EXPIRED = "expired", _("expired")

    # At random, as numbers of rows come again after a backup is restored, and would open another article.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, editable=False, related_name="preview_links"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    ended_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        default_permissions = ("change", "view")  # changing one is revoking it

    def __str__(self) -> str:
        return str(self.article)

    @property
    def state(self) -> "PreviewLink.State":
        if self.ended_at:
            return self.State.REVOKED
        return self.State.OPEN if self.expires_at > timezone.now() else self.State.EXPIRED
