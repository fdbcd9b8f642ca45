"""Base classes for the editors' forms: changes are recorded as actions, with undo and history."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from articles.admin.article.inlines import NamedSplitDateTime
from articles.admin.history import PAGE, history_of, version_of
from articles.admin.image_rows import ImageRows, ImagesFormField
from articles.changes import stories_at_the_end
from articles.db.locks import writing_posts
from articles.editorial.recording import Recorder, recording
from articles.editorial.versions import restore
from articles.models import Action
from articles.models.fields import ImagesField
from articles.text.parameters import number_from, parse_pk
from articles.text.rendering import plain_text

if TYPE_CHECKING:
    ModelAdminBase = admin.ModelAdmin[Any]
else:
    ModelAdminBase = admin.ModelAdmin

MAY_UNDO = "articles.change_action"
MAX_START = 10**7  # entries of a history before those of a page


def show_action_message(request: HttpRequest, action: Action | None, text: str = "", notes: Iterable[str] = ()) -> None:
    """Add one message about an action, with a link to undo it for users who may, and what there is to note about it."""
    noted = format_html_join("", "<li>{}</li>", ((note,) for note in notes))
    if action is not None:
        text = text or action.summary
        if request.user.has_perm(MAY_UNDO):
            url = reverse("admin:articles_action_undo", args=[action.pk])
            text = format_html('{} <a href="{}">{}</a>', text, url, _("Undo"))
    if noted:
        messages.warning(request, format_html("{}<ul>{}</ul>", text, noted))
    elif text:
        messages.success(request, text)


def note(request: HttpRequest, text: str) -> None:
    """Add a text to the message about the form that is being saved."""
    request.notes = [*notes_of(request), text]  # type: ignore[attr-defined]


def notes_of(request: HttpRequest) -> list[str]:
    return getattr(request, "notes", [])


def see_task(request: HttpRequest, title: str) -> HttpResponse:
    """Lead to the start page, which shows how far a task is that was just added."""
    messages.success(request, _("“%s” starts as soon as a worker is free.") % title)
    return redirect("admin:index")


class HistoryAdmin(ModelAdminBase):
    """A model whose rows have a history of the actions and imports that touched them."""

    object_history_template = "admin/articles/history.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show who changed what and when, imports as their runs."""
        pk = parse_pk(object_id)
        row = self.get_object(request, str(pk))
        # Deleted rows have a history, too.
        entries, more = history_of(self.model, pk, start := _start(request))
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if row is None and not entries:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %s") % plain_text(str(row)) if row else _("History of something that was deleted"),
            "opts": self.opts,
            "object": row,
            "pk": pk,
            "entries": entries,
            "next": start + PAGE if more else None,
            "may_undo": request.user.has_perm(MAY_UNDO),
            "version_url": f"admin:{self.opts.app_label}_{self.opts.model_name}_version",
        }
        return render(request, self.object_history_template, context | (extra_context or {}))


class RecordedAdmin(HistoryAdmin):
    """A model for which changes by editors are recorded as actions."""

    show_facets = admin.ShowFacets.NEVER  # they would count all rows of each filter
    formfield_overrides = {
        models.DateTimeField: {"form_class": forms.SplitDateTimeField, "widget": NamedSplitDateTime},
        ImagesField: {"form_class": ImagesFormField},
    }

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, in which the images of the site folder that the row has are shown above their fields."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        images = form.base_fields.get("images")
        if images and obj is not None and isinstance(images.widget, ImageRows):
            images.widget.own = getattr(obj, "own_images", {})  # topics have none
        return form

    def watch(self, record: Recorder, pk: int) -> None:
        """Make an action record what the form of this row may change."""
        record.watch(self.model, pk=pk)

    def watch_deletion(self, record: Recorder, pk: int) -> None:
        """Make an action record what is deleted or changed with this row."""
        self.watch(record, pk)

    def changing(self, request: HttpRequest, pk: int) -> AbstractContextManager[Any]:
        """Return a context manager for the change of a row."""
        return nullcontext()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        def view() -> HttpResponse:
            return super(RecordedAdmin, self).changeform_view(request, object_id, form_url, extra_context)

        return self.recorded(request, "change" if object_id else "add", object_id, self.watch, view)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        def view() -> HttpResponse:
            return super(RecordedAdmin, self).delete_view(request, object_id, extra_context)

        return self.recorded(request, "delete", object_id, self.watch_deletion, view)

    def recorded(
        self,
        request: HttpRequest,
        kind: str,
        object_id: str | None,
        watch: Callable[[Recorder, int], None],
        view: Callable[[], HttpResponse],
    ) -> HttpResponse:
        """Run one of Django's views, and record its changes as an action."""
        if request.method != "POST":
            return view()
        summary = _("%(name)s changed") % {"name": self.opts.verbose_name}
        with stories_at_the_end(), recording(request.user, kind, summary) as record:
            request.recorder = record  # type: ignore[attr-defined]
            pk = parse_pk(object_id)
            if pk:
                watch(record, pk)
            with self.changing(request, pk) if pk and kind == "change" else nullcontext():
                response = view()
        is_told = getattr(request, "is_told", False)
        is_same = response.status_code == 302 and record.action is None and not is_told
        unchanged = _("Nothing was changed.") if is_same else ""
        show_action_message(request, record.action, "" if notes_of(request) else unchanged, notes_of(request))
        return response

    def message_user(
        self, request: HttpRequest, message: Any, level: Any = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        """Leave out Django's message about what was saved: that about the action says the same, and has a way to undo it."""
        if level != messages.SUCCESS or not hasattr(request, "recorder"):
            request.is_told = True  # type: ignore[attr-defined]
            super().message_user(request, message, level, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        recorder: Recorder | None = getattr(request, "recorder", None)
        with nullcontext(recorder) if recorder else recording(request.user, "change", "") as record:
            if change and obj.pk and not record.watches:
                self.watch(record, obj.pk)
            self.save_row(record, obj, form)
            if not change:
                record.add_new(obj)
                self.watch_new(record, obj.pk)
            text = _("Changed %(kind)s “%(name)s”") if change else _("Added %(kind)s “%(name)s”")
            record.summary = (text % {"kind": self.opts.verbose_name, "name": plain_text(str(obj))})[:300]

    def save_row(self, record: Recorder, obj: Any, form: Any) -> None:
        """Save a row from a valid form, as part of an action."""
        obj.save()

    def watch_new(self, record: Recorder, pk: int) -> None:
        """Make an action record what may be added with a new row."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        record: Recorder | None = getattr(request, "recorder", None)
        if record:
            record.summary = _("Deleted %(kind)s “%(name)s”") % {
                "kind": self.opts.verbose_name,
                "name": plain_text(str(obj)),
            }
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        summary = _("Deleted %(number)d %(kind)s")
        texts = {"number": queryset.count(), "kind": self.opts.verbose_name_plural}
        with stories_at_the_end(), recording(request.user, "delete", summary % texts) as record:
            request.recorder = record  # type: ignore[attr-defined]
            for pk in queryset.values_list("pk", flat=True):
                self.watch_deletion(record, pk)
            super().delete_queryset(request, queryset)
        show_action_message(request, record.action)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        version = self.admin_site.admin_view(writing_posts(self.version_view))
        return [path("<int:pk>/history/<int:version>/", version, name=f"{name}_version"), *super().get_urls()]

    def version_view(self, request: HttpRequest, pk: int, version: int) -> HttpResponse:
        """Show a row as it was after an action, compared with now, or go back to it."""
        row: Model | None = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        may_restore = self.has_change_permission(request, row) and request.user.has_perm(MAY_UNDO)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        found = version_of(self.model, pk, version)
        if found is None:
            raise Http404
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            done = restore(row, found.row, request.user)
            unchanged = "" if done.action else _("Nothing was changed.")
            show_action_message(request, done.action, unchanged, done.left)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("%s as it was") % plain_text(str(row)),
            "opts": self.opts,
            "object": row,
            "version": found,
            "may_restore": may_restore,
        }
        return render(request, "admin/articles/version.html", context)


def _start(request: HttpRequest) -> int:
    return number_from(request.GET.get("from"), most=MAX_START) or 0
