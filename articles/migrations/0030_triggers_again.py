"""Create the triggers of 0026 again, which SQLite loses when a migration makes it write the table of articles anew."""

from importlib import import_module
from typing import Any

from django.db import migrations


def create_triggers(apps: Any, schema_editor: Any) -> None:
    import_module("articles.migrations.0026_updated_at").create_triggers(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [("articles", "0029_story_evidence")]

    operations = [migrations.RunPython(create_triggers, migrations.RunPython.noop)]
