"""Add how much a story matters whatever its age, with an index, so that what mattered since a day is found by it."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import migrations, models

EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
BATCH = 2000


def fill(apps: Any, schema_editor: Any = None) -> None:
    """Write what ``stories/ranking.py`` makes of the rank, to the last digit."""
    stories = apps.get_model("articles", "Story").objects
    ranked = stories.filter(rank__isnull=False, listed_from__isnull=False).only("rank", "listed_from")
    batch = []
    for story in ranked.order_by("pk").iterator(BATCH):
        # Ranks are of whole seconds.
        hours = (story.listed_from.replace(microsecond=0) - EPOCH).total_seconds() / 3600
        story.weight = story.rank - hours / settings.RANKING_HALF_LIFE_HOURS
        batch.append(story)
        if len(batch) == BATCH:
            stories.bulk_update(batch, ["weight"])
            batch = []
    if batch:
        stories.bulk_update(batch, ["weight"])


class Migration(migrations.Migration):

    dependencies = [("articles", "0035_notes")]

    operations = [
        migrations.AddField("story", "weight", models.FloatField(editable=False, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "story",
            models.Index(
                condition=models.Q(weight__isnull=False),
                fields=["-weight", "-listed_from", "-tie", "-id"],
                name="story_weight",
            ),
        ),
    ]
