from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0005_catalogue"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="exported_digest",
            field=models.CharField(blank=True, editable=False, max_length=64, default=""),
            preserve_default=False,
        ),
    ]
