"""Add the time at which what readers see of an article last changed, which triggers write.

Imports, edits, undo and schedules write articles in many places, often many at once; the database sees them all and
compares the values themselves. A later migration that makes SQLite write the table anew calls ``create_triggers``
afterwards.
"""

from typing import Any

from django.db import migrations, models

NAME, TABLE = "articles_article_updated", "articles_article"
SEEN = (
    "title", "excerpt", "body", "featured_content", "images", "own_images", "type", "web_url", "original_url",
    "provider_id", "date", "slug", "published", "removed", "file_missing", "is_reference", "published_date_time",
)  # fmt: skip


def create_triggers(apps: Any, schema_editor: Any) -> None:
    drop_triggers(apps, schema_editor)
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in SEEN)
    # Of drafts and unlisted articles, readers see nothing.
    seen = " OR ".join(
        f"({row}.published AND NOT {row}.removed AND NOT {row}.file_missing AND NOT {row}.is_reference)"
        for row in ("OLD", "NEW")
    )
    on = f"UPDATE OF {', '.join(SEEN)} ON {TABLE} FOR EACH ROW WHEN ((({seen}) AND ({changed})))"
    if is_sqlite:
        now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} AFTER {on} BEGIN UPDATE {TABLE} SET updated_at = {now} WHERE id = NEW.id; END"
        )
    else:
        schema_editor.execute(
            f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN NEW.updated_at = clock_timestamp(); RETURN NEW; END $$"
        )
        schema_editor.execute(f"CREATE TRIGGER {NAME} BEFORE {on} EXECUTE FUNCTION {NAME}()")


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}")
    else:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {NAME}()")


class Migration(migrations.Migration):

    dependencies = [("articles", "0025_desk_index")]

    operations = [
        migrations.AddField("article", "updated_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddIndex(
            "article",
            models.Index(
                fields=["published_date_time", "updated_at"],
                name="article_updated_at",
                condition=models.Q(updated_at__isnull=False),
            ),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
