"""The sample edition: whether a database has it, and how it is taken away."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Q, QuerySet

from articles.changes import changing_articles, stories_at_the_end
from articles.models import Action, Article, ContentFolder, DataFile, Provider, RelatedEntry, Topic
from articles.sync.imports.linking import Linker

SAMPLE = "articles/seed"


def sample_folder() -> Path:
    """Return the folder of the sample edition."""
    return (Path(settings.BASE_DIR) / SAMPLE).resolve()


def sample_articles() -> QuerySet[Article]:
    """Return the articles that came from the sample edition."""
    return Article.objects.filter(folder__path=str(sample_folder()))


def other_articles() -> QuerySet[Article]:
    """Return the articles that did not, without references."""
    return Article.objects.filter(is_reference=False).exclude(folder__path=str(sample_folder()))


def has_edits() -> bool:
    """Return whether editors have done anything here, to the sample edition or to others."""
    return Action.objects.exists()


def remove_sample() -> None:
    """Take the sample edition away, with what editors did to it; other articles and all accounts stay."""
    if other_articles().exists():
        _remove_beside_others()
    else:
        _empty()


def _empty() -> None:
    """Empty all tables of this project: nothing of theirs is left, not even in histories and records of imports."""
    tables = [
        model._meta.db_table
        for model in apps.get_app_config("articles").get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]
    statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=False)
    connection.ops.execute_sql_flush(statements)


def _remove_beside_others() -> None:
    """Delete the articles of the sample edition, and the topics and providers that nothing else has."""
    folder = str(sample_folder())
    ids = set(sample_articles().values_list("pk", flat=True))
    described = set(DataFile.objects.filter(folder__path=folder).values_list("path", flat=True))
    described -= set(DataFile.objects.exclude(folder__path=folder).values_list("path", flat=True))
    topics = _ids(Topic.objects.filter(Q(articles__among=ids) | Q(source_path__among=described)))
    providers = _ids(Provider.objects.filter(Q(articles__among=ids) | Q(source_path__among=described)))
    with stories_at_the_end():
        with changing_articles(ids):
            Article.objects.filter(pk__among=ids).delete()
        providers |= set(Article.objects.filter(is_reference=True).values_list("provider_id", flat=True))
        Linker().forget_orphans(_ids(RelatedEntry.objects.all()))
        Provider.objects.filter(pk__among=providers, articles=None).delete()
        while leaves := _ids(Topic.objects.filter(pk__among=topics, articles=None, children=None)):
            Topic.objects.filter(pk__among=leaves).delete()
        ContentFolder.objects.filter(path=folder).delete()


def _ids(rows: QuerySet[Any]) -> set[int]:
    return set(rows.values_list("pk", flat=True))
