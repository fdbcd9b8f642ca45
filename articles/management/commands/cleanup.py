"""``cleanup``: delete old articles that nothing depends on, and thin histories."""

import datetime as dt
import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from articles.editorial.cleanup import Wanted, bring_back, clean_up, find_old
from articles.jobs.thinning import thin
from articles.management.base import DatabaseCommand
from articles.models import Article

UNITS = {"d": 1, "w": 7, "m": 30, "y": 365}  # days


def age(text: str) -> dt.timedelta:
    """Return the time that ``90d``, ``8w``, ``6m`` or ``2y`` means."""
    found = re.fullmatch(r"([0-9]{1,5})([dwmy])", text)
    if not found or not int(found[1]):
        raise ArgumentTypeError(f"{text!r} is no age: write 90d, 8w, 6m or 2y, for days, weeks, months or years")
    return dt.timedelta(days=int(found[1]) * UNITS[found[2]])


class Command(DatabaseCommand):
    state_after_failure = "What was deleted before is gone, and the same command deletes the rest."
    help = (
        "Delete old articles that came from files and that no editor has touched, or thin histories. "
        "Files of deleted articles stay where they are, and out of the site."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than", type=age, metavar="AGE", help="articles published longer ago: 90d, 8w, 6m, 2y"
        )
        parser.add_argument("--quality-below", type=int, metavar="N", help="only articles of less quality")
        parser.add_argument("--provider", default="", metavar="DOMAIN", help="only articles of a provider")
        parser.add_argument("--folder", default="", metavar="PATH", help="only articles that came from this folder")
        parser.add_argument(
            "--histories",
            type=age,
            metavar="AGE",
            help="thin activity, versions, records of imports and tasks of longer ago",
        )
        parser.add_argument(
            "--bring-back", nargs="+", default=[], metavar="PATH", help="let the next import bring files back in"
        )
        parser.add_argument("--dry-run", action="store_true", help="delete nothing; say what would go")

    def handle(self, *, dry_run: bool, verbosity: int, **options: Any) -> None:
        if not (options["older_than"] or options["histories"] or options["bring_back"]):
            raise CommandError("say what is to go: --older-than AGE, --histories AGE or both", returncode=2)
        if options["bring_back"]:
            self.stdout.write(f"{bring_back(options['bring_back'])} files come back with the next import")
        if options["older_than"]:
            self.clean_articles(options, dry_run, verbosity)
        if options["histories"]:
            numbers = thin(timezone.now() - options["histories"], dry_run)
            text = ", ".join(f"{number} {name}" for name, number in numbers.items())
            self.stdout.write(f"{'would delete' if dry_run else 'deleted'} {text}")

    def clean_articles(self, options: Any, dry_run: bool, verbosity: int) -> None:
        before = timezone.now() - options["older_than"]
        found = find_old(Wanted(before, options["quality_below"], options["provider"], options["folder"]))
        if dry_run:
            for path in _paths(found) if verbosity > 1 else ():
                self.stdout.write(path)
            self.stdout.write(f"would delete {len(found)} articles")
        else:
            self.stdout.write(f"deleted {clean_up(found)} articles")


def _paths(ids: list[int]) -> list[str]:
    found = Article.objects.filter(pk__among=ids).order_by("published_date_time", "pk")
    return [str(path) for path in found.values_list("source_path", flat=True)]
