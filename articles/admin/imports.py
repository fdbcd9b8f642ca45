"""The records of imports."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.content.problems import LEVELS
from articles.models import ImportRun
from articles.sync.imports.runs import note_interrupted

if TYPE_CHECKING:
    ImportRunAdminBase = admin.ModelAdmin[ImportRun]
else:
    ImportRunAdminBase = admin.ModelAdmin

LEVEL_ORDER = {letter: number for number, letter in enumerate(LEVELS)}


@admin.register(ImportRun)
class ImportRunAdmin(ImportRunAdminBase):
    """The records of imports, read-only."""

    list_display = ("started", "finished", "state", "created", "updated", "unchanged", "left_out", "missing", "conflicts",
                    "errors")  # fmt: skip
    list_filter = ("state",)
    fields = (
        ("started", "finished", "state"),
        "paths",
        ("created", "updated", "unchanged", "moved", "left_out", "missing", "conflicts"),
        ("errors", "warnings", "notes"),
        "problem_lines",
    )
    readonly_fields = ("problem_lines",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        note_interrupted()
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note_interrupted()
        return super().changeform_view(request, *args, **kwargs)

    @admin.display(description=_("problems"))
    def problem_lines(self, run: ImportRun) -> SafeString:
        """Return all that are stored, a line each: errors, then warnings, then notes."""
        rows = list(run.problems.values_list("code", "path", "line", "message"))
        rows.sort(key=lambda row: (LEVEL_ORDER[row[0][0]], row[0]))
        lines = format_html_join("", "{} {}:{}: {}<br>", rows)
        if (missing := run.errors + run.warnings + run.notes - len(rows)) > 0:
            more = ngettext("%d more was counted, but not stored", "%d more were counted, but not stored", missing)
            lines += format_html("{}", more % missing)
        return lines
