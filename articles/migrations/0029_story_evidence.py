"""Keep why articles belong to one story, and mark all of them: stories are events now, not all that links join.

The next import or edit joins them anew; ``rebuild_stories`` does it at once. Until then, stories stay as they are.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

MARK_ALL = "INSERT INTO articles_storymark (article_id) SELECT id FROM articles_article WHERE true ON CONFLICT DO NOTHING"


def mark_all(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MARK_ALL)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0028_own_articles'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoryVocabulary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=32)),
                ('articles', models.PositiveIntegerField()),
                ('content', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='StoryEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.FloatField()),
                ('likeness', models.FloatField()),
                ('words', models.CharField(blank=True, max_length=300)),
                ('is_linked', models.BooleanField(default=False)),
                ('is_copy', models.BooleanField(default=False)),
                ('one', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('one', 'other'), name='storyevidence_unique'), models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='storyevidence_in_order')],
            },
        ),
        migrations.RunPython(mark_all, migrations.RunPython.noop),
    ]
