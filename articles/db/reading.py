"""The connection for queries that Django's querysets cannot express."""

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model


def reading_connection(model: type[Model]) -> BaseDatabaseWrapper:
    """Return the connection that reads of a model use now: that of a replica, perhaps."""
    return connections[router.db_for_read(model)]
