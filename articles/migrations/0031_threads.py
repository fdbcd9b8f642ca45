"""Add threads: stories that links join over time. Articles are marked, so that the next import or edit joins them."""

from typing import Any

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


MARK_ALL = "INSERT INTO articles_storymark (article_id) SELECT id FROM articles_article WHERE true ON CONFLICT DO NOTHING"


def mark_all(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MARK_ALL)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0030_triggers_again'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalThreadDecision',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('apart', models.BooleanField(default=False, help_text='On: related links do not join its story to others.', verbose_name='links do not count')),
                ('begins', models.BooleanField(default=False, help_text='On: earlier stories are not in its thread.', verbose_name='begins a thread')),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('history_change_reason', models.CharField(max_length=300, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('action', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.action')),
                ('article', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.article')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('joins', models.ForeignKey(blank=True, db_constraint=False, help_text='An article whose thread it belongs to, whatever is linked.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.article', verbose_name='goes with')),
            ],
            options={
                'verbose_name': 'historical decision about its thread',
                'verbose_name_plural': 'historical decisions about its thread',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalThreadName',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('history_change_reason', models.CharField(max_length=300, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('action', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.action')),
                ('article', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.article')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical name of its thread',
                'verbose_name_plural': 'historical names of its thread',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, blank=True, db_index=False, editable=False, max_length=100)),
                ('name', models.CharField(blank=True, editable=False, max_length=200, verbose_name='name')),
                ('stories', models.PositiveIntegerField(default=0, editable=False, verbose_name='stories')),
                ('articles', models.PositiveIntegerField(default=0, editable=False, verbose_name='articles')),
                ('providers', models.PositiveIntegerField(default=0, editable=False, verbose_name='providers')),
                ('first', models.DateTimeField(editable=False, null=True, verbose_name='first article')),
                ('last', models.DateTimeField(editable=False, null=True, verbose_name='last article')),
                ('is_cut', models.BooleanField(default=False, editable=False)),
                ('changes_at', models.DateTimeField(editable=False, null=True)),
                ('head', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.story')),
                ('merged_into', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='merged', to='articles.thread')),
            ],
            options={
                'ordering': ['-last', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ThreadDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('apart', models.BooleanField(default=False, help_text='On: related links do not join its story to others.', verbose_name='links do not count')),
                ('begins', models.BooleanField(default=False, help_text='On: earlier stories are not in its thread.', verbose_name='begins a thread')),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='thread_decision', to='articles.article')),
                ('joins', models.ForeignKey(blank=True, help_text='An article whose thread it belongs to, whatever is linked.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='thread_joined_by', to='articles.article', verbose_name='goes with')),
            ],
            options={
                'verbose_name': 'decision about its thread',
                'verbose_name_plural': 'decisions about its thread',
            },
        ),
        migrations.CreateModel(
            name='ThreadLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('one', models.BigIntegerField()),
                ('other', models.BigIntegerField(db_index=True)),
                ('is_join', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('one', 'other'), name='threadlink_unique')],
            },
        ),
        migrations.CreateModel(
            name='ThreadMember',
            fields=[
                ('story', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='thread_member', serialize=False, to='articles.story')),
                ('time', models.DateTimeField(null=True)),
                ('begins', models.BooleanField(default=False)),
                ('thread', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='members', to='articles.thread')),
            ],
        ),
        migrations.CreateModel(
            name='ThreadName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='thread_name', to='articles.article')),
            ],
            options={
                'verbose_name': 'name of its thread',
                'verbose_name_plural': 'names of its thread',
            },
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(fields=['-last', '-id'], name='thread_last'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(condition=models.Q(('changes_at__isnull', False)), fields=['changes_at'], name='thread_changes_at'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='thread_not_merged_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='threaddecision',
            constraint=models.CheckConstraint(condition=models.Q(('article', models.F('joins')), _negated=True), name='threaddecision_not_with_itself'),
        ),
        migrations.AddConstraint(
            model_name='threaddecision',
            constraint=models.CheckConstraint(condition=models.Q(('joins__isnull', False), ('apart', True), ('begins', True), _connector='OR'), name='threaddecision_decides'),
        ),
        migrations.AddIndex(
            model_name='threadmember',
            index=models.Index(fields=['thread', '-time', '-story'], name='threadmember_time'),
        ),
        migrations.AddConstraint(
            model_name='threadname',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='threadname_not_empty'),
        ),
        migrations.RunPython(mark_all, migrations.RunPython.noop),
    ]
