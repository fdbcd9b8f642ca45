"""``check_articles``: report problems in article files; needs no database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import get_default_timezone

from articles.content.checking import add_arguments, run


class Command(BaseCommand):
    help = "Check article files, folders of them, or whole site folders, without importing them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *, paths: list[Path], output: str, strict: bool, verbose: bool, **options: Any) -> None:
        if code := run(paths, output, strict, self.stdout.write, verbose, get_default_timezone()):
            raise SystemExit(code)
