"""Makes an archive of the site while it runs: rows of one snapshot, then pictures."""

import datetime as dt
from pathlib import Path

from django.db import connection
from django.db.models import AutoField, Model
from django.utils import timezone

from articles.db.locks import reading
from newsreader import __version__, environment
from newsreader.backup.archive import ArchiveWriter, new_archive
from newsreader.backup.manifest import PICTURES, Manifest, Page, Pictures, Table, table_file
from newsreader.backup.pictures import write_pictures
from newsreader.backup.states import applied, known, models_of
from newsreader.backup.tables import kept_models, label
from newsreader.backup.values import columns_of, lines_of


def make_backup(path: Path) -> Manifest:
    """Write an archive, readable by its owner alone, and read it again; return its manifest.

    Others read and write meanwhile. The archive is there when it is complete, or not at all.
    """
    with new_archive(path) as archive:
        manifest = _write(archive, timezone.now())
        archive.finish(manifest)
    return manifest


def _write(archive: ArchiveWriter, now: dt.datetime) -> Manifest:
    with reading():
        migrations = applied()
        models = kept_models(models_of(migrations))
        tables = {label(model): _write_table(archive, model) for model in models}
        pages, shown = _pages() if migrations == known() else ({}, {})
    # After the rows, so that pictures of all of them are there; those that came since do no harm.
    with archive.member(PICTURES, is_compressed=False) as stream:
        files = write_pictures(stream)
    return Manifest(
        format=1,
        release=__version__,
        created=now.astimezone(dt.UTC).isoformat(timespec="seconds"),
        engine=connection.vendor,
        migrations=migrations,
        tables=tables,
        pictures=Pictures(bytes=stream.bytes, sha256=stream.sha256, files=files),
        settings=environment.names_set(),
        shown_settings=shown,
        pages=pages,
    )


def _pages() -> tuple[dict[str, Page], dict[str, str]]:
    # Imported here, as it takes all views.
    from newsreader.backup.pages import page_digests, shown_settings

    return page_digests(), shown_settings()


def _write_table(archive: ArchiveWriter, model: type[Model]) -> Table:
    rows = 0
    with archive.member(table_file(label(model))) as stream:
        for line in lines_of(model):
            stream.write(line)
            rows += 1
    return Table(columns=columns_of(model), rows=rows, last_id=last_id(model), bytes=stream.bytes, sha256=stream.sha256)


def last_id(model: type[Model]) -> int | None:
    """Return the highest id that a row of a table ever had: none is given twice, as addresses may name it."""
    key = model._meta.pk
    if not isinstance(key, AutoField) and "AutoField" not in type(key).__name__:
        return None
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key.column])
            cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {cursor.fetchone()[0]}")  # noqa: S608
        else:
            cursor.execute("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0)", [table])
        return int(cursor.fetchone()[0])
