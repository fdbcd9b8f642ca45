"""``backup``: write the whole site into one archive while it runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.management.base import MACHINE_FAILED, DatabaseCommand
from newsreader.backup.archive import ArchiveError
from newsreader.backup.making import make_backup


class Command(DatabaseCommand):
    state_after_failure = "No archive was written, and one that was there before is as it was."
    help = "Write everything in the database and all pictures into one archive, while the site runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the archive, which is replaced if it is there")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            manifest = make_backup(file.absolute())
        except ArchiveError as error:
            raise CommandError(f"what was written cannot be read: {error}", returncode=MACHINE_FAILED) from error
        rows = sum(table.rows for table in manifest.tables.values())
        numbers = f"{rows} rows of {len(manifest.tables)} tables, {manifest.pictures.files} pictures"
        self.stdout.write(f"{file}: {numbers}, digests of {len(manifest.pages)} pages; read back and intact")
