"""``describe_site``: propose a newsreader.yaml for a folder of articles; needs no database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles.content.dialects.proposal import proposal


class Command(BaseCommand):
    help = "Propose a newsreader.yaml for a folder of articles, with how many of them each choice lets in."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder", returncode=2)
        for line in proposal(folder.resolve(), timezone.now(), timezone.get_default_timezone()):
            self.stdout.write(line)
