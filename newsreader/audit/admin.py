"""The audit log on the desk: administrators read it, and nobody changes it."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from newsreader.audit.models import AuditEntry

if TYPE_CHECKING:
    Entries = admin.ModelAdmin[AuditEntry]
else:
    Entries = admin.ModelAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(Entries):
    list_display = ("time", "kind", "account", "what", "address")
    list_filter = ("kind", "time")
    search_fields = ("account", "what", "address")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fields = ("time", "kind", "account", "what", "details", "address", "request_id")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
