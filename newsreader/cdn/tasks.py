"""Purges as tasks: no editor waits for a CDN, and one that does not answer is asked again."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from articles.jobs import TaskOptions, enqueue
from newsreader.cdn.purging import purge_changes_after

TRIES = 10
# Workers read the log of changes each second; until then one may give a cache the page as it was before.
SETTLED = dt.timedelta(seconds=3)


def purge_soon(number: int, **kwargs: object) -> None:
    """Add a task that purges the change with this number and all later ones; one that waits already does so."""
    options = TaskOptions(title=_("Purge changed pages from shared caches"), tries=TRIES, key="purge")
    enqueue(purge, number - 1, timezone.now().isoformat(), options=options)


@task()
def purge(after: int, since: str) -> None:
    """Purge what changed after a number of the log, now, and again when no worker has old pages any more."""
    purge_changes_after(after, dt.datetime.fromisoformat(since))
    title = _("Purge changed pages from shared caches again, after all workers know of the changes")
    options = TaskOptions(title=title, tries=TRIES, after=timezone.now() + SETTLED)
    enqueue(purge_again, after, since, options=options)


@task()
def purge_again(after: int, since: str) -> None:
    purge_changes_after(after, dt.datetime.fromisoformat(since))
