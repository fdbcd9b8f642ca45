"""``restore``: write an archive into an empty database, or compare the site with one."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.management.base import DatabaseCommand
from newsreader import environment
from newsreader.backup.archive import Archive, ArchiveError, refused
from newsreader.backup.checking import compare
from newsreader.backup.manifest import Manifest
from newsreader.backup.restoring import DatabaseInUseError, check_release, restore

REFUSED = 2


class Command(DatabaseCommand):
    state_after_failure = "The database is as it was."
    help = "Restore an archive of `manage.py backup` into an empty database, of SQLite or PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the archive")
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; compare this site with the archive: digests, numbers of rows, and pages",
        )

    def handle(self, *, file: Path, check: bool, verbosity: int, **options: Any) -> None:
        try:
            if check:
                self.compare(file)
                return
            manifest = restore(file, self.stdout.write if verbosity > 1 else lambda text: None)
        except ArchiveError as error:
            raise CommandError(refused(file, error), returncode=REFUSED) from error
        except DatabaseInUseError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        self.stdout.write(f"restored what {file} has of {manifest.created}: {manifest.pictures.files} pictures, and")
        for name, table in manifest.tables.items():
            if table.rows:
                self.stdout.write(f"  {table.rows} rows of {name}")
        self.name_settings(manifest)
        self.stdout.write(f"`manage.py restore --check {file}` compares pages with those of the source.")

    def name_settings(self, manifest: Manifest) -> None:
        """Print which settings the source had that this site has not; SECRET_KEY keeps links and sessions valid."""
        if missing := sorted(set(manifest.settings) - set(environment.names_set())):
            self.stdout.write(f"The source had settings that are not set here: {', '.join(missing)}")

    def compare(self, file: Path) -> None:
        with Archive.open(file) as archive:
            check_release(archive.manifest)
            archive.verify()
        found = compare(archive.manifest)
        for line in found.notes:
            self.stdout.write(line)
        for line in found.differences:
            self.stdout.write(self.style.ERROR(line))
        if found.differences:
            raise SystemExit(1)
        self.stdout.write(f"{found.tables} tables have as many rows as in the archive, {found.pages} pages are equal")
