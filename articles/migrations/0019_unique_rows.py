"""Add constraints: a data file without a folder is unique, and so is the address of an article.

Until now only code did. Of rows that are there twice, one stays: the newer data file, with the digests of all exports.
"""

from collections import defaultdict
from typing import Any

from django.db import migrations, models
from django.db.models import Min


def mend(apps: Any, schema_editor: Any) -> None:
    mend_data_files(apps)
    mend_addresses(apps)


def mend_data_files(apps: Any) -> None:
    model = apps.get_model("articles", "DataFile")
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in model.objects.filter(folder=None).defer("data").order_by("pk"):
        rows[row.path].append(row)
    for *older, newest in rows.values():
        if older:
            digests = dict.fromkeys(digest for row in (*older, newest) for digest in row.exported)
            model.objects.filter(pk=newest.pk).update(exported=list(digests))
            model.objects.filter(pk__in=[row.pk for row in older]).delete()


def mend_addresses(apps: Any) -> None:
    model = apps.get_model("articles", "SearchAddress")
    groups = model.objects.order_by().values("number", "article_id").annotate(first=Min("pk"), count=models.Count("pk"))
    for group in groups.filter(count__gt=1):
        rows = model.objects.filter(number=group["number"], article_id=group["article_id"])
        rows.exclude(pk=group["first"]).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0018_ties'),
    ]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='searchaddress',
            name='number',
            field=models.BigIntegerField(),
        ),
        migrations.AddConstraint(
            model_name='datafile',
            constraint=models.UniqueConstraint(condition=models.Q(('folder__isnull', True)), fields=('path',), name='datafile_unique_without_folder'),
        ),
        migrations.AddConstraint(
            model_name='searchaddress',
            constraint=models.UniqueConstraint(fields=('number', 'article_id'), name='searchaddress_unique'),
        ),
    ]
