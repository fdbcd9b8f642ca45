"""What is due by the clock: a table of periodic tasks, and what articles' own times ask for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from articles.editorial.schedule import next_due, run_due
from articles.jobs.queue import TaskOptions, enqueue
from articles.models import PeriodicTime

LONGEST_WAIT = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task that is added again and again: its name, how often, and the path of its function.

    If nobody was there at its times, it is added once for all of them. ``needs`` is a setting without which it is not.
    """

    name: str
    every: dt.timedelta
    task: str
    needs: str = ""

    def is_due(self, planned: dt.datetime | None, now: dt.datetime) -> bool:
        """Return whether its time has come, or is further away than it can be since its setting was changed."""
        if self.needs and not getattr(settings, self.needs):
            return False
        return planned is None or planned <= now or planned > now + self.every


PERIODIC: Sequence[Periodic] = (
    Periodic("delete old tasks", dt.timedelta(days=1), "articles.jobs.cleaning.delete_old_tasks"),
    Periodic("delete old sessions", dt.timedelta(days=1), "articles.jobs.cleaning.delete_old_sessions"),
    Periodic("delete old entries of the audit log", dt.timedelta(days=1), "newsreader.audit.tasks.delete_old_entries"),
    Periodic("delete unused uploads", dt.timedelta(days=1), "articles.jobs.cleaning.delete_old_uploads"),
    Periodic("back up", dt.timedelta(hours=settings.BACKUP_HOURS), "newsreader.backup.tasks.back_up", "BACKUP_DIR"),
    Periodic("thin histories", dt.timedelta(days=1), "articles.jobs.thinning.thin_histories", "HISTORY_DAYS"),
)


def tick(table: Sequence[Periodic] = PERIODIC) -> float:
    """Do what is due; return for how many seconds nothing is, at most one, as others may change what is."""
    now = timezone.now()
    due = next_due()
    if due and due <= now:
        # Here, not as a task: it must not wait until others are done.
        run_due(now)
        due = None
    add_periodic(now, table)
    wait = due - timezone.now() if due else LONGEST_WAIT
    return max(dt.timedelta(0), min(wait, LONGEST_WAIT)).total_seconds()


def add_periodic(now: dt.datetime, table: Sequence[Periodic] = PERIODIC) -> list[str]:
    """Add the periodic tasks whose times have come, each once however many workers look; return their names."""
    times = dict(PeriodicTime.objects.values_list("name", "next_run"))
    due = [entry for entry in table if entry.is_due(times.get(entry.name), now)]
    return [entry.name for entry in due if _add_once(entry, times.get(entry.name), now)]


def _add_once(entry: Periodic, planned: dt.datetime | None, now: dt.datetime) -> bool:
    with transaction.atomic():
        if planned is None:
            # Unique names: of several workers, one creates the row.
            if not PeriodicTime.objects.get_or_create(name=entry.name, defaults={"next_run": now + entry.every})[1]:
                return False
        elif not PeriodicTime.objects.filter(name=entry.name, next_run=planned).update(
            next_run=_next(planned, entry.every, now)
        ):
            return False
        enqueue(import_string(entry.task), options=TaskOptions(title=entry.name, key=f"periodic {entry.name}"))
    return True


def _next(planned: dt.datetime, every: dt.timedelta, now: dt.datetime) -> dt.datetime:
    """Return the first of the planned times that is still to come."""
    return planned + every * ((now - planned) // every + 1)
