"""Records what changes about accounts and roles, whoever changes it: a form, a command, or code."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from newsreader.audit.log import record
from newsreader.audit.models import Kind

WATCHED = ("username", "email", "is_active", "is_staff", "is_superuser")
M2M = {"post_add": "added", "post_remove": "removed"}


def connect() -> None:
    pre_save.connect(_remember, sender=User, dispatch_uid="audit")
    post_save.connect(_account_saved, sender=User, dispatch_uid="audit")
    post_delete.connect(_account_deleted, sender=User, dispatch_uid="audit")
    post_save.connect(_group_saved, sender=Group, dispatch_uid="audit")
    post_delete.connect(_group_deleted, sender=Group, dispatch_uid="audit")
    for sender in (User.groups.through, User.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(_rights_changed, sender=sender, dispatch_uid="audit")


def _remember(instance: User, update_fields: Any = None, **kwargs: Any) -> None:
    """Read the row as it was; a login saves no more than its time."""
    instance._audited = None  # type: ignore[attr-defined]
    if settings.AUDIT_DAYS and instance.pk and set(update_fields or WATCHED) != {"last_login"}:
        row = User.objects.filter(pk=instance.pk).values(*WATCHED, "password").first()
        instance._audited = row  # type: ignore[attr-defined]


def _account_saved(instance: User, created: bool, **kwargs: Any) -> None:
    name = instance.get_username()
    if created:
        record(Kind.ACCOUNT, f"made the account {name}", **_values(instance))
        return
    before = getattr(instance, "_audited", None)
    if before is None:
        return
    changed: dict[str, Any] = {
        key: [before[key], getattr(instance, key)] for key in WATCHED if before[key] != getattr(instance, key)
    }
    if before["password"] != instance.password:
        changed["password"] = ["", "changed"]
    if changed:
        kind = Kind.ROLE if {"is_staff", "is_superuser"} & set(changed) else Kind.ACCOUNT
        record(kind, f"changed the account {name}", **changed)


def _values(account: User) -> dict[str, Any]:
    return {key: getattr(account, key) for key in WATCHED}


def _account_deleted(instance: User, **kwargs: Any) -> None:
    record(Kind.ACCOUNT, f"deleted the account {instance.get_username()}")


def _group_saved(instance: Group, created: bool, **kwargs: Any) -> None:
    record(Kind.ROLE, f"{'made' if created else 'changed'} the role {instance.name}")


def _group_deleted(instance: Group, **kwargs: Any) -> None:
    record(Kind.ROLE, f"deleted the role {instance.name}")


def _rights_changed(instance: Any, action: str, model: Any, pk_set: Any, reverse: bool, **kwargs: Any) -> None:
    if action == "pre_clear":
        record(Kind.ROLE, f"took all {model._meta.verbose_name_plural} from {instance}")
    if action in M2M and pk_set and settings.AUDIT_DAYS:
        names = sorted(str(row) for row in model.objects.filter(pk__among=list(pk_set)))
        text = f"{M2M[action]} {model._meta.verbose_name_plural}: {instance}"
        record(Kind.ROLE, text, names=names[:100])
