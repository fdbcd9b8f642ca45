"""Conflicts of topics and providers with their files: in lists, in forms, and where they are settled."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from articles.admin.conflicts import ConflictsAdmin
from articles.editorial.conflicts import keep_edited_field, take_file_field
from articles.editorial.recording import Recorder
from articles.models import Provider, Topic
from articles.models.snapshots import plain
from articles.sync.described import value_here
from articles.sync.names import topics_by_key


class ConflictFilter(admin.SimpleListFilter):
    """Finds the rows that are in conflict with their files."""

    title = gettext_lazy("file")
    parameter_name = "file"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("conflict", gettext_lazy("In conflict"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.exclude(conflicts={}) if self.value() == "conflict" else queryset


class DescribedAdmin(ConflictsAdmin):
    """Topics or providers: their files may have other values than editors set."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "conflicts_link")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fieldsets; those of a row in conflict begin with the link to where that is settled."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not obj.conflicts:
            return fieldsets
        return ((None, {"fields": ("conflicts_link",)}), *fieldsets)

    def values_here(self, row: Topic | Provider) -> Mapping[str, Any]:
        return self.with_names({name: plain(value_here(row, name)) for name in row.conflicts})

    def values_in_file(self, row: Topic | Provider) -> Mapping[str, Any]:
        return self.with_names(row.conflicts)

    def with_names(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return values with the name of the parent instead of its key."""
        key = values.get("parent")
        topic = topics_by_key({key}).get(key) if key else None
        return {**values, "parent": topic.name} if topic else values

    def keep_edited(self, row: Any, name: str) -> None:
        keep_edited_field(row, name)

    def take_file(self, row: Any, name: str, record: Recorder) -> None:
        take_file_field(row, name, record)
