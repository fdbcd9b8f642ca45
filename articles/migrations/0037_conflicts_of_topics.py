"""Add the values of files beside what editors changed of topics and providers."""

from importlib import import_module

from django.db import migrations, models

names_of_one = import_module("articles.migrations.0020_names_of_one")


class Migration(migrations.Migration):

    dependencies = [("articles", "0036_story_weight")]

    operations = [
        # SQLite writes the tables anew, which have triggers.
        migrations.RunPython(names_of_one.drop_triggers, names_of_one.create_triggers),
        migrations.AddField(
            model_name="provider",
            name="conflicts",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="topic",
            name="conflicts",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.RunPython(names_of_one.create_triggers, names_of_one.drop_triggers),
    ]
