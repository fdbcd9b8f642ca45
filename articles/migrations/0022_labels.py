"""Name actions, positions of pins and paths of imports as editors know them; changes labels only."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0021_recorded_changes'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='action',
            options={'ordering': ['-id'], 'verbose_name': 'action', 'verbose_name_plural': 'activity'},
        ),
        migrations.AlterField(
            model_name='historicalpin',
            name='place',
            field=models.PositiveSmallIntegerField(default=1, help_text='1 is the top of the front page.', verbose_name='position'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='paths',
            field=models.TextField(help_text='The imported paths, one per line.'),
        ),
        migrations.AlterField(
            model_name='pin',
            name='place',
            field=models.PositiveSmallIntegerField(default=1, help_text='1 is the top of the front page.', verbose_name='position'),
        ),
    ]
