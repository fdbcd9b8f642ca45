"""Every table is decided on: it is in archives, or there is a reason why not."""

import pytest
from django.apps import apps
from django.db import connection

from newsreader.backup.tables import KEPT, LEFT_OUT, MADE_BY_MIGRATE, MADE_BY_RUNNING, RECORD, TASK

# Tables without a model: what is in them follows from others, or is written by migrate.
OTHERS = {"django_migrations", "articles_search"}


def labels() -> set[str]:
    return {model._meta.label_lower for model in apps.get_models(include_auto_created=True) if not model._meta.proxy}


def test_each_model_of_every_installed_app_is_kept_or_left_out_for_a_reason() -> None:
    undecided = labels() - KEPT - LEFT_OUT.keys()
    assert not undecided, f"{undecided}: are they in backups? Decide in newsreader/backup/tables.py"
    assert KEPT.isdisjoint(LEFT_OUT)
    assert KEPT | LEFT_OUT.keys() == labels(), "a table that has gone"
    assert all(LEFT_OUT.values())
    assert MADE_BY_MIGRATE | MADE_BY_RUNNING | {TASK, RECORD} <= KEPT


@pytest.mark.django_db
def test_there_is_no_table_without_a_model_that_nobody_has_thought_of() -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    found = set(connection.introspection.table_names()) - tables
    assert {name for name in found if not name.startswith("articles_search_")} <= OTHERS, found
