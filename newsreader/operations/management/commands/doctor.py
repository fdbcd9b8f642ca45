"""``doctor``: everything that those who run the site should know, on one page."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from newsreader.operations.findings import Level, Section, examine, worst

MARKS = {Level.OK: "ok", Level.WARNING: "WARNING", Level.ERROR: "ERROR"}


class Command(BaseCommand):
    help = (
        "Look at database, cache, worker, disks, settings and more. Exit code 0: all is well, 1: warnings, 2: errors."
    )
    requires_system_checks: list[str] | tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *, json: bool, **options: Any) -> None:
        sections = examine()
        self.stdout.write(as_json(sections) if json else "\n".join(lines(sections)))
        if level := worst(sections):
            raise SystemExit(int(level))


def lines(sections: Sequence[Section]) -> list[str]:
    """Return a line for each finding, and below it what to do."""
    found = []
    for section in sections:
        for each in section.findings:
            found.append(f"{MARKS[each.level]:8} {section.title}: {each.text}")
            if each.advice:
                found.append(f"{'':11}{each.advice}")
    return found


def as_json(sections: Sequence[Section]) -> str:
    checks = [
        {"name": section.name, "title": str(section.title), "level": each.level.word, "text": each.text, "advice": each.advice}
        for section in sections
        for each in section.findings
    ]  # fmt: skip
    return json.dumps({"level": worst(sections).word, "checks": checks}, ensure_ascii=False, indent=1)
