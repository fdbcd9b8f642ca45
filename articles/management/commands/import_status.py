"""``import_status``: show how the last import went, and whether it was too long ago."""

import datetime as dt
import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandParser

from articles.management.base import DatabaseCommand
from articles.models import Article, ImportRun
from articles.sync.imports.runs import age, last_finished, note_interrupted

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> dt.timedelta:
    """Parse a duration such as ``90m``, ``2h`` or ``1d``."""
    if match := re.fullmatch(r"(\d{1,6})([smhd])", text, re.ASCII):
        return dt.timedelta(**{_UNITS[match[2]]: int(match[1])})
    raise ArgumentTypeError(f"{text!r} is no duration such as 90m, 2h or 1d")


class Command(DatabaseCommand):
    help = "Print how the last import went. Exit code 1 when none has finished, or none within --max-age."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--max-age", type=duration, metavar="AGE", help="such as 90m, 2h or 1d")

    def handle(self, *, max_age: dt.timedelta | None, **options: Any) -> None:
        note_interrupted()
        last = ImportRun.objects.first()
        if last and last.state != ImportRun.State.FINISHED:
            self.stdout.write(f"The newest import is {last.state}; it started {last.started:%Y-%m-%d %H:%M} UTC.")
        run = last_finished()
        if run is None:
            self.stdout.write("No import has finished yet.")
            raise SystemExit(1)
        self.print_run(run)
        if max_age is not None and age(run) > max_age:
            self.stdout.write(self.style.ERROR(f"That is longer ago than {max_age}."))
            raise SystemExit(1)

    def print_run(self, run: ImportRun) -> None:
        minutes = int(age(run).total_seconds() // 60)
        self.stdout.write(f"The last import finished {run.finished:%Y-%m-%d %H:%M} UTC, {minutes} minutes ago.")
        names = (
            "created",
            "updated",
            "unchanged",
            "moved",
            "left_out",
            "missing",
            "conflicts",
            "errors",
            "warnings",
            "notes",
        )
        self.stdout.write(", ".join(f"{name.replace('_', ' ')} {getattr(run, name)}" for name in names))
        if waiting := Article.objects.in_conflict().count():
            self.stdout.write(f"Conflicts waiting for an editor: {waiting} articles.")
