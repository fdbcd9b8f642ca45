"""Hubs told of changes by tasks, one for each hub: one that does not answer is told again later, and delays no other."""

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from articles.distribution.websub.feeds import changed_feeds, feeds_listed_since, hubs
from articles.distribution.websub.sending import tell
from articles.jobs import TaskOptions, enqueue
from articles.models.page_queries import next_change_by_time

TRIES = 6
# Workers read the log of changes each second: until then one may give a hub the feed as it was before. What happens
# meanwhile is told together.
SETTLED = dt.timedelta(seconds=2)


def connect() -> None:
    """Have hubs told of all changes from now on, if there are any. Raise ImproperlyConfigured for wrong settings."""
    if hubs():
        from articles.changes import content_changed

        content_changed.connect(tell_soon, dispatch_uid="websub")


def tell_soon(number: int, **kwargs: object) -> None:
    """Add tasks that tell hubs of the change with this number and all later ones; those that wait already do so."""
    for hub in settings.WEBSUB_HUBS:
        _add(hub, number)
    _add_for_next_time()


@task()
def tell_of_changes(hub: str, number: int) -> None:
    """Tell a hub which feeds the changes from ``number`` on affect."""
    tell(hub, changed_feeds(number))


@task()
def tell_of_time(time: str) -> None:
    """Tell all hubs what is listed by its own time since ``time``, and plan the same for the next such time."""
    _add_for_next_time()
    feeds = feeds_listed_since(dt.datetime.fromisoformat(time))
    for hub in settings.WEBSUB_HUBS:
        enqueue(tell_of_feeds, hub, feeds, options=_options(hub))


@task()
def tell_of_feeds(hub: str, paths: list[str]) -> None:
    tell(hub, paths)


def _add(hub: str, number: int) -> None:
    enqueue(tell_of_changes, hub, number, options=_options(hub, f"websub {hub}"[:200]))


def _add_for_next_time() -> None:
    if time := next_change_by_time(timezone.now()):
        title = _("Tell hubs of articles that are listed now")
        options = TaskOptions(title=title, tries=TRIES, key=f"websub {time.isoformat()}", after=time)
        enqueue(tell_of_time, time.isoformat(), options=options)


def _options(hub: str, key: str | None = None) -> TaskOptions:
    title = _("Tell %s of changed feeds") % hub
    return TaskOptions(title=title, tries=TRIES, key=key, after=timezone.now() + SETTLED)
