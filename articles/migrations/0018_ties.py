"""Order articles of one time by what their addresses say, in place of ids, which depend on the order of imports."""

from importlib import import_module
from typing import Any

from articles.content.identity import tie_of
from django.conf import settings
from django.db import migrations, models

BATCH = 5000  # articles; bounds memory
UPDATE = "UPDATE articles_article SET tie = %s WHERE id = %s"
COPIES = [
    f"UPDATE {table} SET tie = (SELECT tie FROM articles_article WHERE id = {table}.{column}) WHERE {column} IS NOT NULL"
    for table, column in (
        ("articles_articletopic", "article_id"),
        ("articles_story", "lead_id"),
    )
]
# These name articles without referring to them.
COPY_TO_SEARCH = (
    "UPDATE articles_searchdocument SET tie = coalesce("
    "(SELECT tie FROM articles_article WHERE id = articles_searchdocument.article_id), 0)"
)


def fill(apps: Any, schema_editor: Any) -> None:
    articles = apps.get_model("articles", "Article").objects.order_by("pk")
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while rows := list(articles.filter(pk__gt=last).values_list("pk", "date", "slug", "web_url")[:BATCH]):
            cursor.executemany(UPDATE, [(tie_of(*address), pk) for pk, *address in rows])
            last = rows[-1][0]
        for statement in (*COPIES, COPY_TO_SEARCH):
            cursor.execute(statement)


def make_trigger(apps: Any, schema_editor: Any) -> None:
    """Make the trigger of search again, which is lost where Django writes its table anew."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS articles_search_delete")
        schema_editor.execute(import_module("articles.migrations.0002_search").SQLITE_TRIGGER)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0017_domains_in_letters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='article',
            options={'ordering': ['-published_date_time', '-tie', '-id'], 'permissions': [('publish_article', 'Can publish, schedule, unlist and withdraw articles')]},
        ),
        migrations.RemoveIndex(
            model_name='article',
            name='article_listed',
        ),
        migrations.RemoveIndex(
            model_name='article',
            name='article_provider_listed',
        ),
        migrations.RemoveIndex(
            model_name='article',
            name='article_published_date_time',
        ),
        migrations.RemoveIndex(
            model_name='articletopic',
            name='articletopic_listed',
        ),
        migrations.RemoveIndex(
            model_name='articletopic',
            name='articletopic_folded',
        ),
        migrations.RemoveIndex(
            model_name='story',
            name='story_rank',
        ),
        migrations.RemoveIndex(
            model_name='story',
            name='story_listed',
        ),
        migrations.AddField(
            model_name='article',
            name='tie',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='articletopic',
            name='tie',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.RunPython(migrations.RunPython.noop, make_trigger),
        migrations.AddField(
            model_name='searchdocument',
            name='tie',
            field=models.BigIntegerField(default=0),
        ),
        migrations.RunPython(make_trigger, migrations.RunPython.noop),
        migrations.AddField(
            model_name='story',
            name='tie',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['-listed_from', '-tie', '-id'], name='article_listed'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['provider', '-listed_from', '-tie', '-id'], name='article_provider_listed'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['-published_date_time', '-tie', '-id'], name='article_published_date_time'),
        ),
        migrations.AddIndex(
            model_name='articletopic',
            index=models.Index(fields=['topic', '-listed_from', '-tie', '-article'], name='articletopic_listed'),
        ),
        migrations.AddIndex(
            model_name='articletopic',
            index=models.Index(condition=models.Q(('folded_from__isnull', False)), fields=['topic', '-folded_from', '-tie', '-article'], name='articletopic_folded'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(condition=models.Q(('rank__isnull', False)), fields=['-rank', '-tie', '-id'], name='story_rank'),
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(condition=models.Q(('listed_from__isnull', False)), fields=['-listed_from', '-tie', '-id'], name='story_listed'),
        ),
    ]
