"""Write domains as providers are known by them from now on: small, in letters, without a dot at their end."""

from typing import Any

from articles.content.domains import normal_domain
from django.db import migrations


def write_normally(apps: Any, schema_editor: Any) -> None:
    """Rename what nothing else is named like; two providers of one domain stay until an editor merges them."""
    models = [apps.get_model("articles", name) for name in ("Provider", "ProviderAlias")]
    taken = {domain for model in models for domain in model.objects.values_list("domain", flat=True)}
    for model in models:
        for pk, domain in model.objects.order_by("pk").values_list("pk", "domain"):
            normal = normal_domain(domain)
            if normal and normal not in taken:
                model.objects.filter(pk=pk).update(domain=normal)
                taken.add(normal)


class Migration(migrations.Migration):

    dependencies = [("articles", "0016_search_words_anew")]

    operations = [
        migrations.RunPython(write_normally, migrations.RunPython.noop, elidable=True),
    ]
