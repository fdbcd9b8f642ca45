"""Add the headlines that readers saw above an article before it got another one, which a trigger writes.

As for ``updated_at``, the database alone sees every writer. A later migration that makes SQLite write the table of
articles anew calls ``create_triggers`` afterwards, besides that of 0026.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

NAME, TABLE = "articles_article_retitled", "articles_article"


def create_triggers(apps: Any, schema_editor: Any) -> None:
    drop_triggers(apps, schema_editor)
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now')" if is_sqlite else "clock_timestamp()"
    # Nobody has seen the title of what was not listed.
    was_seen = (
        "OLD.published AND NOT OLD.removed AND NOT OLD.file_missing AND NOT OLD.is_reference "
        f"AND OLD.published_date_time <= {now}"
    )
    on = f"AFTER UPDATE OF title ON {TABLE} FOR EACH ROW WHEN (OLD.title <> NEW.title AND {was_seen})"
    insert = f"INSERT INTO articles_earliertitle (article_id, title, until) VALUES (OLD.id, OLD.title, {now});"
    if is_sqlite:
        schema_editor.execute(f"CREATE TRIGGER {NAME} {on} BEGIN {insert} END")
    else:
        schema_editor.execute(
            f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {insert} RETURN NULL; END $$"
        )
        schema_editor.execute(f"CREATE TRIGGER {NAME} {on} EXECUTE FUNCTION {NAME}()")


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}")
    else:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {NAME}()")


class Migration(migrations.Migration):

    dependencies = [("articles", "0033_story_comparisons")]

    operations = [
        migrations.CreateModel(
            name="EarlierTitle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(editable=False, max_length=1000)),
                ("until", models.DateTimeField(editable=False)),
                (
                    "article",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earlier_titles",
                        to="articles.article",
                    ),
                ),
            ],
            options={"ordering": ["until", "id"]},
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
