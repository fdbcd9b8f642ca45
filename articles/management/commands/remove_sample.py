"""``remove_sample``: empty a database that has the sample edition and nothing else, to begin with files of one's own."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.color import no_style
from django.db import connection

from articles.management.base import DatabaseCommand
from articles.models import Action, Article

SAMPLE = "articles/seed"


class Command(DatabaseCommand):
    help = "Take the sample edition out of a database that has nothing else; accounts stay."

    def handle(self, **options: Any) -> None:
        sample = str((Path(settings.BASE_DIR) / SAMPLE).resolve())
        others = Article.objects.filter(is_reference=False).exclude(folder__path=sample)
        if others.exists() or Action.objects.exists():
            if Article.objects.filter(folder__path=sample).exists():
                raise CommandError("the database has other articles, or editors' work, beside the sample edition; "
                                   "begin with another database (DATABASE_URL)")  # fmt: skip
            return
        if not Article.objects.exists():
            return
        tables = [
            model._meta.db_table
            for model in apps.get_app_config("articles").get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy
        ]
        statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=False)
        connection.ops.execute_sql_flush(statements)
        self.stdout.write("The sample edition is out; accounts stay.")
