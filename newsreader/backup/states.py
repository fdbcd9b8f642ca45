"""The migration state of a database or an archive, and the models of that state.

An archive of an older release is restored into tables of its own state, and then migrated, as its database would have been.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

# Names of migrations by app.
Applied = dict[str, list[str]]
Node = tuple[str, str]


def applied() -> Applied:
    """Return the migrations that the database has."""
    loader = MigrationLoader(connection)
    # Others are those of apps that have gone, or were squashed.
    return _by_app(loader.applied_migrations.keys() & loader.graph.nodes.keys())


def known() -> Applied:
    """Return all migrations of this release."""
    return _by_app(_on_disk().graph.nodes)


@cache
def _on_disk() -> MigrationLoader:
    return MigrationLoader(None)


def unknown(migrations: Applied) -> list[str]:
    """Return the migrations that this release does not have, as texts: a newer one made them."""
    ours = _on_disk().graph.nodes
    return [f"{app}.{name}" for app, name in _nodes(migrations) if (app, name) not in ours]


def models_of(migrations: Applied) -> Apps:
    """Return the models of a state; all its migrations are known."""
    return _models_of(tuple(_nodes(migrations)))


@lru_cache(2)
def _models_of(nodes: tuple[Node, ...]) -> Apps:
    state: Any = _on_disk().project_state(list(nodes))
    found: Apps = state.apps
    return found


def migrate_to(migrations: Applied) -> None:
    """Apply all migrations of a state that the database does not have yet, within the open transaction."""
    progress: Any = _check_after
    executor = MigrationExecutor(connection, progress)
    _check_constraints("IMMEDIATE")
    executor.migrate(_last(executor.loader, migrations))
    _check_constraints("DEFERRED")


def _check_after(action: str, migration: Any = None, fake: bool = False) -> None:
    if action == "apply_success":
        _check_constraints("IMMEDIATE")


def _check_constraints(when: str) -> None:
    """Have PostgreSQL check references at once, or at the end of the transaction as ever.

    It alters no table with rows that it has still to check, and in one transaction these are all that were just written.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL {when}")


def check_references() -> None:
    """Check that no row refers to one that is not there; raises IntegrityError."""
    if connection.vendor == "postgresql":
        _check_constraints("IMMEDIATE")
        _check_constraints("DEFERRED")
    else:
        connection.check_constraints()


def _last(loader: MigrationLoader, migrations: Applied) -> list[Node]:
    """Return the migrations of a state that no other one of their app in it follows."""
    nodes = set(_nodes(migrations))
    followed = {
        parent.key for node in nodes for parent in loader.graph.node_map[node].parents if parent.key[0] == node[0]
    }
    return sorted(nodes - followed)


def _nodes(migrations: Applied) -> list[Node]:
    return [(app, name) for app, names in migrations.items() for name in names]


def _by_app(nodes: Iterable[Node]) -> Applied:
    found: Applied = {}
    for app, name in sorted(nodes):
        found.setdefault(app, []).append(name)
    return found
