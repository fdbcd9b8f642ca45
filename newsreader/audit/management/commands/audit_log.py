"""``audit_log``: print the audit log, oldest entry first."""

import datetime as dt
import json as json_module
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from articles.management.base import DatabaseCommand
from newsreader.audit.models import AuditEntry, Kind


def moment(text: str) -> dt.datetime:
    """Parse a day or a time in ISO 8601, without a zone in the site's."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day or time such as 2026-03-01 or 2026-03-01T08:00") from None
    return found if found.tzinfo else timezone.make_aware(found)


class Command(DatabaseCommand):
    help = "Print who logged in or failed to, and changes of accounts, roles and settings, exports and imports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=moment, metavar="TIME", help="such as 2026-03-01 or 2026-03-01T08:00")
        parser.add_argument("--kind", choices=Kind.values)
        parser.add_argument("--account", metavar="NAME")
        parser.add_argument("--json", action="store_true", help="one object a line")

    def handle(
        self, *, since: dt.datetime | None, kind: str | None, account: str | None, json: bool, **options: Any
    ) -> None:
        wanted = {"time__gte": since, "kind": kind, "account": account}
        entries = AuditEntry.objects.filter(**{key: value for key, value in wanted.items() if value is not None})
        for entry in entries.order_by("pk").iterator(chunk_size=1000):
            self.stdout.write(_as_json(entry) if json else _as_line(entry))


def _as_json(entry: AuditEntry) -> str:
    names = ("kind", "account", "address", "request_id", "what", "details")
    values = {"time": entry.time.astimezone(dt.UTC).isoformat(timespec="seconds")}
    return json_module.dumps(values | {name: getattr(entry, name) for name in names}, ensure_ascii=False)


def _as_line(entry: AuditEntry) -> str:
    time = timezone.localtime(entry.time).isoformat(sep=" ", timespec="seconds")
    return f"{time} {entry.kind:8} {entry.account or '-'} {entry.address or '-'} {entry.what}"
