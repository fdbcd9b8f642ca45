"""Tables of search, with what each database needs beside them.

On SQLite a full-text table has the documents as its content; on PostgreSQL the documents get a vector with an index.
All articles are marked, so that the next import or edit indexes those that are there; ``rebuild_search`` does it at once.

A later migration that makes Django write the table of documents anew on SQLite loses the trigger: it has to make it
again with ``SQLITE_TRIGGER``.
"""

from django.db import migrations, models

SQLITE_TABLE = """
    CREATE VIRTUAL TABLE articles_search USING fts5(
        title, names, excerpt, keys,
        content='articles_searchdocument', content_rowid='place', tokenize='ascii'
    )
"""
# The ascii tokenizer takes every other character for one of a word, and analysis.py leaves no ASCII but letters and digits.
SQLITE_TRIGGER = """
    CREATE TRIGGER articles_search_delete AFTER DELETE ON articles_searchdocument BEGIN
        INSERT INTO articles_search (articles_search, rowid, title, names, excerpt, keys)
        VALUES ('delete', old.place, old.title, old.names, old.excerpt, old.keys);
    END
"""
POSTGRES_COLUMN = "ALTER TABLE articles_searchdocument ADD COLUMN vector tsvector NOT NULL"
POSTGRES_INDEX = "CREATE INDEX articles_search_vector ON articles_searchdocument USING gin (vector)"
MARK_ALL = "INSERT INTO articles_storymark (article_id) SELECT id FROM articles_article WHERE true ON CONFLICT DO NOTHING"


def create_index(apps, schema_editor):
    own = {"sqlite": [SQLITE_TABLE, SQLITE_TRIGGER], "postgresql": [POSTGRES_COLUMN, POSTGRES_INDEX]}
    for statement in [*own[schema_editor.connection.vendor], MARK_ALL]:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER articles_search_delete")
        schema_editor.execute("DROP TABLE articles_search")


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(db_index=True)),
                ("article_id", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("article_id", models.BigIntegerField(unique=True)),
                ("keys", models.TextField()),
                ("title", models.TextField()),
                ("names", models.TextField(help_text="Of its topics and its provider.")),
                ("excerpt", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("key", models.CharField(db_index=True, max_length=64)),
            ],
        ),
        migrations.RunPython(create_index, drop_index),
    ]
