"""Mark all articles, because words are taken apart for search in another way than those in the index were.

The next import or edit indexes them anew; ``rebuild_search`` does it at once. Until then, what is there stays in use.
"""

from typing import Any

from django.db import migrations

MARK_ALL = "INSERT INTO articles_storymark (article_id) SELECT id FROM articles_article WHERE true ON CONFLICT DO NOTHING"


def mark_all(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MARK_ALL)


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0015_preview_links"),
    ]

    operations = [
        migrations.RunPython(mark_all, migrations.RunPython.noop),
    ]
