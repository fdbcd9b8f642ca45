"""The activity as CSV, for spreadsheets and archives."""

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from tablib import Dataset

from articles.admin.taxonomy.csv_files import GuardedCsv
from articles.models import Action

MAX_ROWS = 50_000  # some seconds of work, and 10 MB
COLUMNS = ("time", "user", "what", "reason", "undone", "undone by")


def activity_csv(actions: Iterable[Action]) -> str:
    """Return a line for each action, below one with COLUMNS; times are in the site's time zone, ISO 8601."""
    text: str = GuardedCsv().export_data(Dataset(*_rows(actions), headers=COLUMNS))
    return text


def _rows(actions: Iterable[Action]) -> Iterator[tuple[str, ...]]:
    for each in actions:
        undone = timezone.localtime(each.undone_at).isoformat(timespec="seconds") if each.undone_at else ""
        yield (
            timezone.localtime(each.time).isoformat(timespec="seconds"),
            str(each.user or _("schedule")),
            each.summary,
            each.reason,
            undone,
            str(each.undone_by or ""),
        )
