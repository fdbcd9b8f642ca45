"""A database of their own for tests of writers that meet each other: each thread has its connection to it."""

from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.locks.threads import call
from tests.locks.writers import World
from tests.support.databases import database_copy


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Return a site that is imported, in a copy of the tests' database that the tests of a module share."""
    folder = tmp_path_factory.mktemp("locks")
    with django_db_blocker.unblock(), database_copy(folder) as copy:
        names = connections.settings["default"]
        original, names["NAME"] = names["NAME"], copy
        try:
            yield call(World.made, folder)
        finally:
            names["NAME"] = original
