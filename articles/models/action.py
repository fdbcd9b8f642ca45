"""Editors' actions, each with all it changed, so that it can be shown and undone."""

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from articles.models.fields import MappingField


class Action(models.Model):
    """One action of an editor, or of a schedule (without a user).

    What was done in parts has one for the whole, which changes nothing itself, and one for each part.
    ``changed`` is ``{model label: {pk: {field: [before, after]}}}``; ``created`` and ``deleted`` hold whole rows,
    ``{model label: {pk: {field: value}}}``. Values are plain ones, times in ISO format.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    time = models.DateTimeField(_("time"), default=timezone.now)
    kind = models.CharField(max_length=30)
    summary = models.CharField(_("what was done"), max_length=300)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    changed = MappingField(default=dict, encoder=DjangoJSONEncoder)
    created = MappingField(default=dict, encoder=DjangoJSONEncoder)
    deleted = MappingField(default=dict, encoder=DjangoJSONEncoder)
    part_of = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="parts")
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("action")
        verbose_name_plural = _("activity")

    def __str__(self) -> str:
        return self.summary


class ActionTarget(models.Model):
    """A row that an action is about, by model label and id: histories are read from these."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="targets")
    label = models.CharField(max_length=60)
    object_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["label", "object_id", "-action"], name="actiontarget_object")]

    def __str__(self) -> str:
        return f"{self.label} {self.object_id}"


class ByAction(models.Model):
    """What a version of a row has in addition to its fields: the action that created it."""

    action = models.ForeignKey(Action, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True


class Versions(HistoricalRecords):  # type: ignore[misc]
    """The versions of a model's rows that editors made.

    recording.py writes them, which knows who did what and why, and in bulk. Saving a row writes none: most saves
    are by imports, which appear in histories as their run.
    """

    def __init__(self, **options: Any) -> None:
        # Copies of the indexes would cost more than they save in the few queries for a row's history.
        super().__init__(
            bases=(ByAction,), history_change_reason_field=models.CharField(max_length=300, null=True), **options
        )

    def post_save(self, instance: models.Model, created: bool, using: str | None = None, **kwargs: Any) -> None: ...

    def post_delete(self, instance: models.Model, using: str | None = None, **kwargs: Any) -> None: ...

    def pre_delete(self, instance: models.Model, **kwargs: Any) -> None: ...
