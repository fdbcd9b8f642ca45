"""Mend what writes could leave that came past the rules, so that the database can hold them from now on."""

from typing import Any

from django.db import migrations
from django.db.models import F


def mend(apps: Any, schema_editor: Any) -> None:
    topics = apps.get_model("articles", "Topic").objects
    cut_circles(topics)
    for column in ("slug", "key"):
        for pk in topics.filter(**{column: ""}).values_list("pk", flat=True):
            topics.filter(pk=pk).update(**{column: f"topic-{pk}"})
    aliases = apps.get_model("articles", "TopicAlias").objects
    aliases.filter(key="", slug=None).delete()
    aliases.filter(key=None, slug="").delete()
    aliases.filter(key="", slug="").delete()
    aliases.filter(key="").update(key=None)
    aliases.filter(slug="").update(slug=None)
    apps.get_model("articles", "Story").objects.filter(merged_into=F("pk")).update(merged_into=None)


def cut_circles(topics: Any) -> None:
    """Take the parent from one topic of each circle: its first, which is a root from now on."""
    parents = dict(topics.order_by("position", "name", "pk").values_list("pk", "parent_id"))
    for pk in parents:
        seen, above = {None}, parents[pk]
        while above not in seen and above != pk:
            seen.add(above)
            above = parents.get(above)
        if above == pk:
            parents[pk] = None
            topics.filter(pk=pk).update(parent=None)


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0008_data_files"),
    ]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
