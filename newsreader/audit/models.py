"""The entries of the audit log. Triggers of the database refuse to change them, and to delete them before their time."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    LOGIN = "login", _("login")
    FAILED = "failed", _("failed login")
    LOGOUT = "logout", _("logout")
    FACTOR = "factor", _("second factor")
    ACCOUNT = "account", _("account")
    ROLE = "role", _("role")
    EXPORT = "export", _("export")
    IMPORT = "import", _("import")
    SETTINGS = "settings", _("settings")
    PREVIEW = "preview", _("preview link")


class AuditEntry(models.Model):
    """Something that happened: who did it, from where, and what."""

    time = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    # A name, not a reference: it stays when the account is gone.
    account = models.CharField(_("account"), max_length=150, blank=True)
    address = models.CharField(_("address"), max_length=50, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    what = models.CharField(_("what"), max_length=200)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["kind", "-id"], name="audit_kind"),
                   models.Index(fields=["account", "-id"], name="audit_account")]  # fmt: skip

    def __str__(self) -> str:
        return self.what


class Sweep(models.Model):
    """While there is one, entries from before its time may be deleted: only within one transaction."""

    before = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.before:%Y-%m-%d}"
