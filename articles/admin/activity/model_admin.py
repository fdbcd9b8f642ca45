"""The activity: what editors and schedules did, by day, with filters, as CSV, and undo."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.admin.activity.export import MAX_ROWS, activity_csv
from articles.admin.activity.filters import SubjectFilter, TimeFilter, UndoneFilter, WhoFilter
from articles.admin.activity.rows import MOST, kinds_in, rows_in
from articles.admin.base import see_task, show_action_message
from articles.admin.changelist import AheadChangeList
from articles.db.locks import writing_posts
from articles.editorial.parts import undo_summary, undo_whole
from articles.editorial.stories.apply import moved_by
from articles.editorial.undo import undo
from articles.jobs import TaskOptions, enqueue
from articles.jobs.merges import undo_in_parts
from articles.jobs.queue import has_worker
from articles.models import Action, TaskRecord
from newsreader.audit.log import record
from newsreader.audit.models import Kind

if TYPE_CHECKING:
    ActionAdminBase = admin.ModelAdmin[Action]
else:
    ActionAdminBase = admin.ModelAdmin

MOST_LEFT = 20  # lines about what stays as it is


@admin.register(Action)
class ActionAdmin(ActionAdminBase):
    """The actions of all editors, newest first; they cannot be edited, but each can be undone once."""

    list_display = ("summary",)
    list_display_links = None
    list_filter = (WhoFilter, SubjectFilter, UndoneFilter, TimeFilter)
    search_fields = ("summary", "reason")
    show_facets = admin.ShowFacets.NEVER  # they would count all rows of each filter
    sortable_by = ()
    list_select_related = ("user", "undone_by")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Action]:
        return super().get_queryset(request).filter(part_of=None).defer("changed", "created", "deleted")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AheadChangeList]:
        return AheadChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Activity"), **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Action | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        undo_view = self.admin_site.admin_view(writing_posts(self.undo_view))
        change = self.admin_site.admin_view(self.redirect_to_undo)
        return [
            path("export/", self.admin_site.admin_view(self.export_view), name="articles_action_export"),
            path("<int:pk>/undo/", undo_view, name="articles_action_undo"),
            path("<int:pk>/change/", change),
            *super().get_urls(),
        ]

    def redirect_to_undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("admin:articles_action_undo", pk)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Return what the list shows with the same filters, all pages of it, as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect("admin:articles_action_changelist")
        record(Kind.EXPORT, "exported the activity")
        text = activity_csv(found[:MAX_ROWS].iterator(chunk_size=1000))
        name = f"activity-{timezone.localdate():%Y-%m-%d}.csv"
        return HttpResponse(
            text, content_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what an action changed, or undo it."""
        action = get_object_or_404(Action.objects.select_related("user", "undone_by"), pk=pk)
        if action.part_of_id:
            return redirect("admin:articles_action_undo", action.part_of_id)
        if not self.has_view_or_change_permission(request, action):
            raise PermissionDenied
        may_undo = self.has_change_permission(request, action)
        if request.method == "POST":
            if not may_undo:
                raise PermissionDenied
            self.undo(request, action)
            return redirect("admin:index")
        part = action.parts.order_by("pk").first()
        moved = moved_by(action)
        context = {
            **self.admin_site.each_context(request),
            "title": action.summary,
            "opts": self.opts,
            "action": action,
            "rows": rows_in(part or action),
            "kinds": kinds_in(part or action),
            "moved": moved.only("title")[:MOST],
            "moved_total": moved.count(),
            "most": MOST,
            "may_undo": may_undo and not action.undone_at,
        }
        return render(request, "admin/articles/action/undo.html", context)

    def undo(self, request: HttpRequest, action: Action) -> None:
        if not action.parts.exists():
            result = undo(action, request.user)
        elif TaskRecord.objects.of_action(action).exists():
            messages.warning(request, _("This is still being done: cancel its task first."))
            return
        elif has_worker():
            title = undo_summary(action)
            enqueue(
                undo_in_parts, action.pk, options=TaskOptions(title=title, user=request.user, key=f"undo {action.pk}")
            )
            see_task(request, title)
            return
        else:
            result = undo_whole(action, request.user)
        nothing = "" if result.restored else _("Nothing could be undone.")
        show_action_message(request, result.action, nothing, result.left[:MOST_LEFT])
