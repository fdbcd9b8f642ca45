"""``remove_sample``: take the sample edition out of a database, to begin with files of one's own."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.management.base import DatabaseCommand
from articles.sync.sample import has_edits, other_articles, remove_sample, sample_articles, sample_folder


class Command(DatabaseCommand):
    help = "Take the sample edition away; other articles and all accounts stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--with-edits",
            action="store_true",
            help="do so even if editors have worked here, whose work on it goes, too",
        )
        parser.add_argument(
            "--before", type=Path, metavar="PATH", help="only if PATH is to be imported and nothing else is here: ask, or "
            "end with exit code 2 where nobody can be asked"
        )  # fmt: skip
        parser.add_argument("--command", default="", help="with --before: the command to name that does it")

    def handle(self, *, with_edits: bool, before: Path | None, command: str, **options: Any) -> None:
        if not sample_articles().exists():
            return
        if before is not None:
            if before.resolve().is_relative_to(sample_folder()) or other_articles().exists():
                return
            if not self.is_to_go(before, command):
                return
        elif has_edits() and not with_edits:
            question = (
                "Editors have worked here; what they did to the sample edition goes with it. Take it away? [y/N] "
            )
            if not (sys.stdin.isatty() and self.answer(question, "n")):
                raise CommandError("editors have worked here; --with-edits takes the sample edition away all the same")
        remove_sample()
        self.stdout.write("The sample edition is out; accounts stay.")

    def is_to_go(self, path: Path, command: str) -> bool:
        """Ask whether the sample edition is to go; raise CommandError where nobody can be asked."""
        if not sys.stdin.isatty():
            do_it = command or "manage.py remove_sample"
            raise CommandError(
                f"this site has the sample edition, and articles of your own do not mix with it unasked. "
                f"Nothing was imported.\nThis takes the sample edition away first:\n\n  {do_it}\n", returncode=2
            )  # fmt: skip
        edits = ", with what editors did to it," if has_edits() else ""
        self.stdout.write(f"This site has the sample edition. Take it away{edits} before {path} comes in?")
        return self.answer("y: only your own articles; n: both, side by side [Y/n] ", "y")

    def answer(self, question: str, default: str) -> bool:
        """Ask until the answer is yes or no; the end of the input stops the command."""
        while True:
            try:
                given = input(question).strip().lower() or default
            except EOFError:
                raise CommandError("not answered; nothing was imported", returncode=2) from None
            if given in ("y", "yes", "n", "no"):
                return given.startswith("y")
