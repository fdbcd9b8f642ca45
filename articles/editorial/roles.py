"""The groups of users with their permissions, created by ``migrate``."""

from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.apps.registry import apps as global_apps
from django.contrib.auth.management import create_permissions

EDITORS = "Editors"
CONTRIBUTORS = "Contributors"
VIEWERS = "Viewers"

# The permissions of each group by model. Imported articles are withdrawn, never deleted.
ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    EDITORS: {
        "action": ("change", "view"),  # changing one is undoing it
        "article": ("add", "change", "publish", "view"),
        "articletopic": ("add", "change", "delete", "view"),
        "relatedlink": ("add", "change", "delete", "view"),
        "provider": ("add", "change", "view"),
        "provideralias": ("add", "change", "delete", "view"),
        "note": ("add", "change", "view"),
        "pin": ("add", "change", "delete", "view"),
        "previewlink": ("change", "view"),
        "story": ("view",),
        "storydecision": ("add", "change", "delete", "view"),
        "storylead": ("add", "change", "delete", "view"),
        "thread": ("view",),
        "threaddecision": ("add", "change", "delete", "view"),
        "threadname": ("add", "change", "delete", "view"),
        "tombstone": ("delete", "view"),
        "topic": ("add", "change", "delete", "view"),
        "topicalias": ("add", "change", "delete", "view"),
        "importrun": ("view",),
        "taskrecord": ("add", "change", "view"),  # adding is starting an import or a rebuild, changing is cancelling
    },
    # Only drafts of their own: the admin checks more than these permissions, see admin/article/model_admin.py.
    CONTRIBUTORS: {
        "article": ("add", "change", "view"),
        "articletopic": ("add", "change", "delete", "view"),
        "note": ("add", "change", "view"),
        "previewlink": ("change", "view"),
        "provider": ("view",),
        "story": ("view",),
        "topic": ("view",),
    },
    VIEWERS: {
        "action": ("view",),
        "article": ("view",),
        "articletopic": ("view",),
        "relatedlink": ("view",),
        "provider": ("view",),
        "provideralias": ("view",),
        "note": ("view",),
        "pin": ("view",),
        "story": ("view",),
        "storydecision": ("view",),
        "storylead": ("view",),
        "thread": ("view",),
        "threaddecision": ("view",),
        "threadname": ("view",),
        "topic": ("view",),
        "topicalias": ("view",),
        "importrun": ("view",),
        "taskrecord": ("view",),
    },
}


def create_roles(sender: AppConfig, using: str, apps: Apps = global_apps, **kwargs: Any) -> None:
    """Create the groups with their permissions; permissions that a site added to them stay.

    ``migrate`` passes the historical apps; ``flush`` sends the same signal without them.
    """
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:
        return
    # Django creates permissions in a handler of the same signal, which may run after this one.
    create_permissions(sender, using=using, verbosity=0, apps=apps)
    own = permission_model.objects.using(using).filter(content_type__app_label="articles")
    for name, permissions in ROLES.items():
        codenames = [f"{action}_{model}" for model, actions in permissions.items() for action in actions]
        group, _ = group_model.objects.using(using).get_or_create(name=name)
        group.permissions.add(*own.filter(codename__among=codenames))
