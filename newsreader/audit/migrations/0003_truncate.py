from typing import Any

from django.db import migrations

from newsreader.audit.triggers import POSTGRESQL_TRUNCATE


def create_trigger(apps: Any, schema_editor: Any) -> None:
    """Refuse TRUNCATE, for which no trigger of rows is called; SQLite has none."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL_TRUNCATE:
            schema_editor.execute(statement, None)


def remove_trigger(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER audit_log_stays ON audit_auditentry", None)
        schema_editor.execute("DROP FUNCTION audit_refuse_truncate()", None)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_previews"),
    ]

    operations = [migrations.RunPython(create_trigger, remove_trigger)]
