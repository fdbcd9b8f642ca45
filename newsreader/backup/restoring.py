"""Restores an archive into an empty database of either engine, all of it or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from articles.changes.pipeline import rebuilding, update_stories
from articles.search.index import rebuild_index
from newsreader.backup.archive import Archive, ArchiveError
from newsreader.backup.manifest import PICTURES, Manifest, Table, table_file
from newsreader.backup.pictures import restore_pictures
from newsreader.backup.states import Applied, applied, check_references, known, migrate_to, models_of, unknown
from newsreader.backup.tables import MADE_BY_MIGRATE, MADE_BY_RUNNING, kept_models, label
from newsreader.backup.values import WrongRowError, columns_of, load_lines

Report = Callable[[str], None]


class DatabaseInUseError(Exception):
    """The database is not one to restore into; its text is a sentence for people."""


def restore(path: Path, report: Report = lambda text: None) -> Manifest:
    """Restore an archive; return its manifest.

    Raises ArchiveError or DatabaseInUseError before anything is written, and ArchiveError where rows contradict each
    other. Whatever ends it, a database without tables or rows stays so; some pictures may be there then.
    """
    with Archive.open(path) as archive:
        check_release(archive.manifest)
        report("reading all of the archive")
        archive.verify()
        _check_tables(archive.manifest)
        check_database(archive.manifest)
        report("writing pictures")
        with archive.member(PICTURES, archive.manifest.pictures) as stream:
            restore_pictures(stream)
        with _one_transaction():
            _restore_rows(archive, report)
    return archive.manifest


def check_release(manifest: Manifest) -> None:
    """Raise ArchiveError if a newer release made the archive."""
    if unknown(manifest.migrations):
        raise ArchiveError(
            f"it was made by a newer release ({manifest.release}): upgrade this site first, and restore it then"
        )


def _check_tables(manifest: Manifest) -> None:
    models = {label(model): columns_of(model) for model in kept_models(models_of(manifest.migrations))}
    if models != {name: table.columns for name, table in manifest.tables.items()}:
        raise ArchiveError("its tables are not those of its release")


def check_database(manifest: Manifest) -> None:
    """Raise DatabaseInUseError unless the database has no tables, or those of the archive's state without content."""
    if not connection.introspection.table_names():
        return
    if not applied():
        raise DatabaseInUseError("The database has tables of another program. Give it one of its own.")
    for model in kept_models(models_of(applied())):
        may_have_rows = label(model) in MADE_BY_MIGRATE | MADE_BY_RUNNING
        if not may_have_rows and model._base_manager.exists():
            raise DatabaseInUseError(
                f"The database is not empty: {model._meta.db_table} has rows. Restore into a new one, and leave this as it is."
            )
    if not _is_state(manifest.migrations):
        raise DatabaseInUseError(
            "The database has the tables of another release than the archive. "
            "Restore into one without tables: a new file for SQLite, a new database for PostgreSQL."
        )


def _is_state(migrations: Applied) -> bool:
    return applied() == migrations


@contextmanager
def _one_transaction() -> Iterator[None]:
    """Run migrations and all else in one transaction, which SQLite's migrations need references to be unchecked for."""
    is_sqlite = connection.vendor == "sqlite"
    is_checking = is_sqlite and not connection.in_atomic_block and connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            yield
    finally:
        if is_checking:
            connection.enable_constraint_checking()


def _restore_rows(archive: Archive, report: Report) -> None:
    manifest = archive.manifest
    report("creating tables")
    migrate_to(manifest.migrations)
    models = kept_models(models_of(manifest.migrations))
    for model in models:
        _empty(model)
    try:
        for model in models:
            report(f"writing {model._meta.db_table}")
            table = manifest.tables[label(model)]
            with archive.member(table_file(label(model)), table) as stream:
                load_lines(model, stream.lines())
            _set_last_id(model, table)
        check_references()
    except (WrongRowError, DatabaseError, OverflowError) as error:
        raise ArchiveError(f"its rows contradict each other, and nothing is restored ({error})") from error
    report("migrating to this release")
    migrate_to(known())
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    report("indexing articles for search")
    with rebuilding():
        rebuild_index()
        if manifest.migrations != known():
            update_stories()
    check_references()


def _empty(model: type[Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - our own names


def _set_last_id(model: type[Model], table: Table) -> None:
    """Go on with ids where the source did."""
    if table.last_id is None:
        return
    name, column = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        quote = connection.ops.quote_name
        cursor.execute(f"SELECT coalesce(max({quote(column)}), 0) FROM {quote(name)}")  # noqa: S608 - our own names
        last = max(cursor.fetchone()[0], table.last_id)
        if connection.vendor == "postgresql":
            sequence = "pg_get_serial_sequence(%s, %s)"
            cursor.execute(f"SELECT setval({sequence}, %s, %s)", [name, column, last or 1, last > 0])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [name])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [name, last])
