"""Whether the worker is there, what became of tasks, and how the last import went."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks_db.models import DBTaskResult

from articles.models import ImportRun, TaskRecord, TaskState, Worker
from articles.sync.imports import runs
from newsreader.operations.findings import Finding, check, error, ok, warning

LONG_WAIT = dt.timedelta(minutes=10)


@check("worker", gettext_lazy("Worker"))
def worker() -> Iterator[Finding]:
    alive = Worker.objects.alive().count()
    if alive:
        yield ok(ngettext("%d is running.", "%d are running.", alive) % alive)
        return
    last = Worker.objects.order_by("-seen").first()
    text = _("None is running; the last one was seen %s ago.") % timesince(last.seen) if last else _("None is running.")
    yield error(text, _("Start it, and see its log: %s") % "manage.py worker")


@check("tasks", gettext_lazy("Tasks"))
def tasks() -> Iterator[Finding]:
    failed = TaskRecord.objects.in_state(TaskState.FAILED).count()
    now = timezone.now()
    # Those that were to wait until lately are not late.
    late = DBTaskResult.objects.ready().filter(enqueued_at__lte=now - LONG_WAIT)
    waiting = late.exclude(run_after__range=(now - LONG_WAIT, now)).count()
    if failed:
        text = ngettext("%d has failed.", "%d have failed.", failed) % failed
        yield warning(text, _("See their errors in the list of tasks, and try them again."))
    if waiting:
        text = ngettext(
            "%d has waited for more than ten minutes.", "%d have waited for more than ten minutes.", waiting
        )
        yield warning(text % waiting, _("Look whether the worker runs, or whether it needs a second one."))
    if not failed and not waiting:
        yield ok(_("None have failed, and none wait for long."))


@check("import", gettext_lazy("Last import"))
def last_import() -> Iterator[Finding]:
    see = _("See the list of imports.")
    last = runs.last_ended()
    if last is None:
        nothing = _("Nothing has been imported yet.")
        yield warning(nothing, _("Start an import at the desk.")) if settings.CONTENT_DIR else ok(nothing)
        return
    when = timesince(last.finished or last.started)
    if last.state == ImportRun.State.INTERRUPTED:
        yield warning(_("It was interrupted %s ago.") % when, see)
    elif last.errors:
        text = ngettext(
            "It ended %(time)s ago with %(number)d error.", "It ended %(time)s ago with %(number)d errors.", last.errors
        )
        yield warning(text % {"time": when, "number": last.errors}, see)
    else:
        yield ok(_("It ended %s ago without errors.") % when)
