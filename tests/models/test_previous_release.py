"""The previous release runs on the schema of this one."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.support.previous_release import LAST_MIGRATION, later_migrations

pytestmark = pytest.mark.django_db


def tables_of_previous_release() -> Iterator[tuple[str, set[str]]]:
    """Yield the tables that the previous release knows, with their columns."""
    state = MigrationLoader(connection).project_state(("articles", LAST_MIGRATION))
    for model in state.apps.get_models(include_auto_created=True):
        if model._meta.app_label == "articles" and model._meta.managed:
            yield model._meta.db_table, {field.column for field in model._meta.local_concrete_fields}


def columns_of_now() -> dict[str, set[str]]:
    """Return the columns of each table that the project fills; the database fills others itself."""
    models = apps.get_app_config("articles").get_models(include_auto_created=True)
    return {model._meta.db_table: {field.column for field in model._meta.local_concrete_fields} for model in models}


def test_it_finds_its_columns_and_need_not_fill_others() -> None:
    tables = list(tables_of_previous_release())
    assert len(tables) > 10
    now = columns_of_now()
    with connection.cursor() as cursor:
        present = {
            table: {each.name: each for each in connection.introspection.get_table_description(cursor, table)}
            for table, _ in tables
        }
    for table, columns in tables:
        assert columns - set(present[table]) == set(), f"{table}: a column has gone"
        new = now[table] - columns
        required = {name for name in new if not present[table][name].null_ok and present[table][name].default is None}
        assert required == set(), f"{table}: the previous release does not fill these; give them a db_default"


def test_migrations_since_then_are_linted() -> None:
    assert len(later_migrations()) >= 3
    assert LAST_MIGRATION not in later_migrations()
