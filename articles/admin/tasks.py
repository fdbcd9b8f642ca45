"""The tasks: what waits, runs, has failed or is done, and the buttons to try again and to cancel."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks.base import Task
from django_tasks_db import admin as _registers  # noqa: F401
from django_tasks_db.models import DBTaskResult

from articles.admin.base import see_task
from articles.admin.changelist import AheadChangeList
from articles.admin.desk_tasks import desk_tasks
from articles.jobs import TaskOptions, content, enqueue
from articles.jobs.queue import cancel, try_again
from articles.models import TaskRecord, TaskState

if TYPE_CHECKING:
    TaskAdminBase = admin.ModelAdmin[TaskRecord]
else:
    TaskAdminBase = admin.ModelAdmin

# django-tasks' own page shows the same tasks without tries, progress and buttons. It is there once this is imported, whoever
# imports what first.
admin.site.unregister(DBTaskResult)

MAY_CHANGE = "articles.change_taskrecord"
SHOWN_ERROR = 200  # characters of an error in the list


class Started(NamedTuple):
    """A task that editors can start: its title and its function."""

    title: Any
    task: Task[..., Any]


STARTED = {
    "import": Started(gettext_lazy("Import the site's folder"), content.import_content),
    "search": Started(gettext_lazy("Rebuild the search index"), content.rebuild_search),
    "stories": Started(gettext_lazy("Rebuild stories"), content.rebuild_stories),
    "listings": Started(gettext_lazy("Rebuild the counts of listings"), content.rebuild_listings),
}


def _time(time: dt.datetime | None) -> str:
    return date_format(timezone.localtime(time), "DATETIME_FORMAT") if time else ""


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(TaskState.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[TaskRecord]) -> QuerySet[TaskRecord]:
        value = self.value()
        if value not in TaskState.values:
            return queryset
        rows: Any = queryset
        return rows.in_state(value)


@admin.register(TaskRecord)
class TaskAdmin(TaskAdminBase):
    """The tasks, newest first; they cannot be edited."""

    list_display = ("title", "shown_state", "buttons", "tries_of", "added", "ended", "error")
    list_filter = (StateFilter,)
    list_select_related = ("task", "user")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-task__enqueued_at",)
    actions = ("try_chosen_again", "cancel_chosen")
    fields = ("title", "shown_state", "buttons", "tries_of", "last_error", "traceback", "added", "started", "ended",
              "run_after", "user", "results", "notes")  # fmt: skip
    change_form_template = "admin/articles/task/change_form.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AheadChangeList]:
        return AheadChangeList

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return shown if request.user.has_perm(MAY_CHANGE) else [name for name in shown if name != "buttons"]

    def get_fields(self, request: HttpRequest, obj: TaskRecord | None = None) -> Any:
        shown = super().get_fields(request, obj)
        return shown if request.user.has_perm(MAY_CHANGE) else [name for name in shown if name != "buttons"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TaskRecord | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TaskRecord | None = None) -> bool:
        return False

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Return whether a user may try tasks again and cancel them."""
        return request.user.has_perm(MAY_CHANGE)

    def get_urls(self) -> list[URLPattern]:
        views = ((self.again_view, "again"), (self.cancel_view, "cancel"))
        own = [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=f"articles_taskrecord_{name}")
            for view, name in views
        ]
        now = path("now/", self.admin_site.admin_view(self.now_view), name="articles_taskrecord_now")
        start = path("start/", self.admin_site.admin_view(self.start_view), name="articles_taskrecord_start")
        return [now, start, *own, *super().get_urls()]

    # -- What is shown of a task -----------------------------------------------------------------

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, record: TaskRecord) -> SafeString:
        state = record.state
        if state == TaskState.RUNNING and record.percent is not None:
            return format_html(
                '<span class="task-state">{} <progress max="100" value="{}">{}&nbsp;%</progress></span>',
                state.label, record.percent, record.percent,
            )  # fmt: skip
        return format_html('<span class="task-state task-{}">{}</span>', state.value, state.label)

    @admin.display(description=gettext_lazy("tries"))
    def tries_of(self, record: TaskRecord) -> str:
        return f"{record.tries}/{record.max_tries}"

    @admin.display(description=gettext_lazy("last error"))
    def error(self, record: TaskRecord) -> str:
        text = record.last_error
        return f"{text[:SHOWN_ERROR]}…" if len(text) > SHOWN_ERROR else text

    @admin.display(description=gettext_lazy("details of the error"))
    def traceback(self, record: TaskRecord) -> SafeString | str:
        return format_html('<pre class="task-trace">{}</pre>', record.task.traceback) if record.task.traceback else ""

    @admin.display(description=gettext_lazy("added"), ordering="task__enqueued_at")
    def added(self, record: TaskRecord) -> str:
        return _time(record.task.enqueued_at)

    @admin.display(description=gettext_lazy("started"))
    def started(self, record: TaskRecord) -> str:
        return _time(record.task.started_at)

    @admin.display(description=gettext_lazy("ended"))
    def ended(self, record: TaskRecord) -> str:
        return _time(record.task.finished_at)

    @admin.display(description=gettext_lazy("not before"))
    def run_after(self, record: TaskRecord) -> str:
        time: dt.datetime = record.task.run_after
        return _time(time) if time.year < dt.MAXYEAR else ""

    @admin.display(description=gettext_lazy("results"))
    def results(self, record: TaskRecord) -> SafeString | str:
        """Return links to what the task has made: an action, the record of an import."""
        if record.action_id:
            url = reverse("admin:articles_action_undo", args=[record.action_id])
            return format_html('<a href="{}">{}</a>', url, _("What it changed, and undo"))
        if record.run_id:
            url = reverse("admin:articles_importrun_change", args=[record.run_id])
            return format_html('<a href="{}">{}</a>', url, _("The import"))
        return ""

    @admin.display(description=gettext_lazy("action"))
    def buttons(self, record: TaskRecord) -> SafeString | str:
        """Return the button that fits the state; it sends the form around it, to another address."""
        button = '<button class="button task-button" formaction="{}" formmethod="post">{}</button>'
        if record.state in (TaskState.WAITING, TaskState.RUNNING):
            name, text = "cancel", _("Cancel")
            if record.is_cancelled:
                return _("is being cancelled")
        elif record.state == TaskState.DONE:
            return ""
        else:
            name, text = "again", _("Try again")
        return format_html(button, reverse(f"admin:articles_taskrecord_{name}", args=[record.pk]), text)

    def now_view(self, request: HttpRequest) -> HttpResponse:
        """Show the start page's list of tasks, for its script."""
        work = desk_tasks(request.user)
        if work is None:
            raise PermissionDenied
        response = render(request, "admin/articles/task/now.html", {"work": work})
        response["X-Is-Moving"] = "1" if work.is_moving else "0"
        return response

    # -- What is done with them ------------------------------------------------------------------

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """Add the task that a button of the start page names, unless the same one waits already."""
        if request.method != "POST" or not request.user.has_perm("articles.add_taskrecord"):
            raise PermissionDenied
        name = request.POST.get("task", "")
        started = STARTED.get(name)
        if started is None or (name == "import" and not settings.CONTENT_DIR):
            raise Http404
        options = TaskOptions(title=str(started.title), tries=3, key=f"started {name}", user=request.user)
        enqueue(started.task, options=options)
        return see_task(request, str(started.title))

    def again_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._act(request, pk, try_again, _("“%s” will be tried again."), _("“%s” has not failed."))

    def cancel_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._act(request, pk, cancel, _("“%s” is cancelled."), _("“%s” has ended already."))

    def _act(
        self, request: HttpRequest, pk: Any, act: Callable[[TaskRecord], bool], done: str, refused: str
    ) -> HttpResponse:
        if request.method != "POST" or not self.has_steer_permission(request):
            raise PermissionDenied
        record = get_object_or_404(TaskRecord, pk=pk)
        if act(record):
            messages.success(request, done % record.title)
        else:
            messages.warning(request, refused % record.title)
        return redirect("admin:articles_taskrecord_changelist")

    @admin.action(description=gettext_lazy("Try again"), permissions=["steer"])
    def try_chosen_again(self, request: HttpRequest, queryset: QuerySet[TaskRecord]) -> None:
        number = sum(try_again(record) for record in queryset)
        text = ngettext("%d task will be tried again.", "%d tasks will be tried again.", number)
        messages.success(request, text % number)

    @admin.action(description=gettext_lazy("Cancel"), permissions=["steer"])
    def cancel_chosen(self, request: HttpRequest, queryset: QuerySet[TaskRecord]) -> None:
        number = sum(cancel(record) for record in queryset)
        messages.success(request, ngettext("%d task is cancelled.", "%d tasks are cancelled.", number) % number)
