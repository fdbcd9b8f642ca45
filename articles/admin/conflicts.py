"""The form that settles conflicts: what an editor and a file changed differently, side by side, field by field."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.base import RecordedAdmin, show_action_message
from articles.admin.history import without_mark
from articles.db.locks import writing_posts
from articles.editorial.recording import Recorder, recording
from articles.sync.described import key_in_file
from articles.text.rendering import plain_text


def as_list(value: Any) -> list[str]:
    """Return a field's plain value as lines to show."""
    if value in (None, "", []):
        return ["–"]
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


class ConflictsAdmin(RecordedAdmin):
    """A model whose rows may be in conflict with their files; subclasses know the values, and settle them."""

    def values_here(self, row: Any) -> Mapping[str, Any]:
        """Return the row's plain values of the fields that are in conflict."""
        raise NotImplementedError

    def values_in_file(self, row: Any) -> Mapping[str, Any]:
        conflicts: Mapping[str, Any] = row.conflicts
        return conflicts

    def keep_edited(self, row: Any, name: str) -> None:
        raise NotImplementedError

    def take_file(self, row: Any, name: str, record: Recorder) -> None:
        """Set a field to its file's value; raise ValidationError if that is not allowed."""
        raise NotImplementedError

    def may_settle(self, request: HttpRequest, row: Any) -> bool:
        return self.has_change_permission(request, row)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(writing_posts(self.conflicts_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_conflicts"
        return [path("<int:pk>/conflicts/", view, name=name), *super().get_urls()]

    @admin.display(description=gettext_lazy("conflicts"))
    def conflicts_link(self, row: Any) -> str | SafeString:
        if not row.conflicts:
            return "–"
        names = ", ".join(key_in_file(name) for name in sorted(row.conflicts))
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_conflicts", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, _("The file has other values for: %s") % names)

    def conflicts_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show both values of each field in conflict side by side, or resolve one."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.may_settle(request, row):
            raise PermissionDenied
        if request.method == "POST":
            self.resolve_conflict(request, row)
            return redirect(request.path)
        mine, file = (self.values_here(row), self.values_in_file(row)) if row.conflicts else ({}, {})
        context = {
            **self.admin_site.each_context(request),
            "title": _("Conflicts"),
            "object": row,
            "opts": self.opts,
            "fields": [
                (name, key_in_file(name), *(as_list(without_mark(name, each[name])) for each in (mine, file)))
                for name in sorted(row.conflicts)
            ],
        }
        return render(request, "admin/articles/conflicts.html", context)

    def resolve_conflict(self, request: HttpRequest, row: Any) -> None:
        choice, name = request.POST.get("choice", ""), request.POST.get("field", "")
        if choice not in ("mine", "file") or name not in row.conflicts:
            return
        text = _("Kept %(field)s of “%(title)s”") if choice == "mine" else _("Took the file's %(field)s of “%(title)s”")
        summary = text % {"field": key_in_file(name), "title": plain_text(str(row))}
        try:
            with recording(request.user, "conflict", summary) as record:
                self.watch(record, row.pk)
                if choice == "mine":
                    self.keep_edited(row, name)
                else:
                    self.take_file(row, name, record)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            show_action_message(request, record.action)


def with_flags(name: str | SafeString, flags: Iterable[str]) -> str | SafeString:
    """Return a row's name in a list, followed by what is to be said of it."""
    for flag in flags:
        name = format_html('{} <span class="flag">{}</span>', name, flag)
    return name


def conflict_flags(row: Any) -> list[str]:
    return [_("conflict")] if row.conflicts else []
