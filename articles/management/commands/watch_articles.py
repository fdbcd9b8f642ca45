"""``watch_articles``: import files as they are saved, for authors."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from watchfiles import watch


class Command(BaseCommand):
    help = "Import a folder, and again whenever something changes in it, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder")
        self.import_again(folder)
        self.stdout.write(f"Watching {folder}; Ctrl-C stops.")
        for _changes in watch(folder, raise_interrupt=False):
            self.import_again(folder)

    def import_again(self, folder: Path) -> None:
        """Import the folder; unchanged files cost little, and missing ones are reported."""
        try:
            call_command("import_articles", folder, stdout=self.stdout, stderr=self.stderr)
        except SystemExit:
            pass  # the problems are printed
        except CommandError as error:
            self.stderr.write(str(error))
