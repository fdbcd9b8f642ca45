"""``check_database``: compare what is derived from articles with a rebuild, and correct it on request."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from articles.changes.consistency import find_differences, lines_of, mend
from articles.db.damage import damage_of_file
from articles.db.failures import Failure, failure_of
from articles.management.base import MACHINE_FAILED, DatabaseCommand
from newsreader.backup.newest import how_to_restore


class Command(DatabaseCommand):
    help = (
        "Compare counts, stories, threads and search with what a rebuild would give, and print what differs. "
        "Exit code 1 when something does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="mend what differs, and nothing else")

    def handle(self, *, fix: bool, **options: Any) -> None:
        try:
            damage = damage_of_file()
            if not damage:
                self.compare(fix)
        except DatabaseError as error:
            if failure_of(error) is not Failure.DAMAGED:
                raise
            damage = str(error)
        if damage:
            text = f"the file of the database is damaged ({damage}): stop the site and its worker, and keep the file."
            raise CommandError(f"{text} {how_to_restore()}.", returncode=MACHINE_FAILED)

    def compare(self, fix: bool) -> None:
        found = find_differences()
        if not self.print_differences(found.differences()):
            self.stdout.write("Counts, stories, threads and search are as a rebuild would give them.")
            return
        if not fix:
            raise SystemExit(1)
        mend(found)
        if self.print_differences(find_differences().differences()):
            self.stdout.write(self.style.ERROR("That is still so."))
            raise SystemExit(1)
        self.stdout.write("All of that has been mended.")

    def print_differences(self, differences: Any) -> bool:
        """Print what differs, if anything does; return whether it does."""
        for line in lines_of(differences):
            self.stdout.write(line)
        return bool(differences)
