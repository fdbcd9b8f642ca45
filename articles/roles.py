"""Who may do what: the groups that exist after ``migrate``."""

from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.apps.registry import apps as global_apps
from django.contrib.auth.management import create_permissions

EDITORS = "Editors"

# What an editor may do, model by model. Nobody deletes what an import brought; it is withdrawn.
EDITOR_PERMISSIONS = {
    "article": ("add", "change", "view"),
    "articletopic": ("add", "change", "delete", "view"),
    "relatedlink": ("add", "change", "delete", "view"),
    "provider": ("add", "change", "view"),
    "provideralias": ("add", "change", "delete", "view"),
    "pin": ("add", "change", "delete", "view"),
    "story": ("view",),
    "storydecision": ("add", "change", "delete", "view"),
    "storylead": ("add", "change", "delete", "view"),
    "topic": ("add", "change", "delete", "view"),
    "topicalias": ("add", "change", "delete", "view"),
    "importrun": ("view",),
}


def create_roles(sender: AppConfig, using: str, apps: Apps = global_apps, **kwargs: Any) -> None:
    """Create the group of editors with its permissions; keep what a site added to it.

    ``migrate`` gives the apps as they are migrated; ``flush`` sends the same signal without them.
    """
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:
        return
    # Permissions are made by a handler of the same signal, whose turn may come after ours.
    create_permissions(sender, using=using, verbosity=0, apps=apps)
    codenames = [f"{action}_{model}" for model, actions in EDITOR_PERMISSIONS.items() for action in actions]
    group, _ = group_model.objects.using(using).get_or_create(name=EDITORS)
    group.permissions.add(
        *permission_model.objects.using(using).filter(content_type__app_label="articles", codename__in=codenames)
    )
