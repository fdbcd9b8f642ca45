from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0003_leaner_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="FileText",
            fields=[
                ("path", models.CharField(max_length=500, primary_key=True, serialize=False)),
                ("exported", models.JSONField(default=list)),
                ("waiting", models.JSONField(default=dict)),
                ("text", models.BinaryField()),
            ],
        ),
    ]
