"""Invitations, by which accounts are made by whom they are for; and where accounts are logged in."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SALT = "newsreader.accounts.invitation"


def default_end() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=settings.INVITATION_DAYS)


class Invitation(models.Model):
    """A link by which somebody makes one account, with a role that is not theirs to choose, until it ends."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        USED = "used", _("used")
        REVOKED = "revoked", _("revoked")
        EXPIRED = "expired", _("expired")

    name = models.CharField(_("name to log in with"), max_length=150, validators=[UnicodeUsernameValidator()])
    email = models.EmailField(_("email address"), blank=True)
    role = models.ForeignKey(Group, on_delete=models.CASCADE, verbose_name=_("role"), related_name="+")
    invited_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    ends_at = models.DateTimeField(_("valid until"), default=default_end)
    used_at = models.DateTimeField(_("used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> "Invitation.State":
        if self.used_at:
            return self.State.USED
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.OPEN if self.ends_at > timezone.now() else self.State.EXPIRED

    def get_absolute_url(self) -> str:
        return reverse("invited", args=[signing.dumps(self.pk, salt=SALT)])


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation of a link, locked in this transaction; None if it is forged, used, revoked or expired."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    found = Invitation.objects.select_for_update().filter(pk=pk).first()
    return found if found and found.state == Invitation.State.OPEN else None


class DeskSession(models.Model):
    """Where somebody is logged in at the desk; the session itself is Django's, with the same key."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return self.session_key
