"""Mark what is not listed, because search finds it now if it belongs to a story.

The next import or edit indexes it; ``rebuild_search`` does it at once.
"""

from typing import Any

from django.db import migrations

MARK = (
    "INSERT INTO articles_storymark (article_id) SELECT id FROM articles_article WHERE NOT published ON CONFLICT DO NOTHING"
)


def mark(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MARK)


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0026_updated_at"),
    ]

    operations = [
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
