"""``remove_sample``: take the sample edition out of a database, to begin with files of one's own."""

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.management.base import DatabaseCommand
from articles.management.sample_offer import GONE, answer
from articles.sync.sample import has_edits, remove_sample, sample_articles


class Command(DatabaseCommand):
    help = "Take the sample edition away; other articles and all accounts stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--with-edits",
            action="store_true",
            help="do so even if editors have worked here, whose work on it goes, too",
        )

    def handle(self, *, with_edits: bool, **options: Any) -> None:
        if not sample_articles().exists():
            return
        if has_edits() and not with_edits:
            question = (
                "Editors have worked here; what they did to the sample edition goes with it. Take it away? [y/N] "
            )
            if not (sys.stdin.isatty() and answer(question, "n")):
                raise CommandError("editors have worked here; --with-edits takes the sample edition away all the same")
        remove_sample()
        self.stdout.write(GONE)
