"""Notes to colleagues at the desk: all of them, and those about one article or story with a form."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.changelist import AheadChangeList
from articles.db.locks import writing_posts
from articles.editorial.notes import colleagues, set_done, write_note
from articles.models import Article, Note, Story
from articles.text.rendering import plain_text

if TYPE_CHECKING:
    NoteAdminBase = admin.ModelAdmin[Note]
    NoteFormBase = forms.ModelForm[Note]
else:
    NoteAdminBase = admin.ModelAdmin
    NoteFormBase = forms.ModelForm

SUBJECTS: dict[str, type[Article] | type[Story]] = {"article": Article, "story": Story}
MAX_SHOWN = 200


class NoteForm(NoteFormBase):
    class Meta:
        model = Note
        fields = ("text", "assignee")
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"text": gettext_lazy("@name mentions a colleague, who finds the note on the start page.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["assignee"]
        field.queryset, field.empty_label = colleagues(), _("nobody in particular")


class StateFilter(admin.SimpleListFilter):
    """Filters by whether notes are done; open ones are shown if nothing is chosen."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("done", gettext_lazy("Done")), ("all", gettext_lazy("All"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield first | {"display": _("Open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Note]) -> QuerySet[Note]:
        if self.value() == "all":
            return queryset
        return queryset.filter(done_at__isnull=self.value() != "done")


class MineFilter(admin.SimpleListFilter):
    title = gettext_lazy("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", gettext_lazy("For me")), ("written", gettext_lazy("Written by me"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Note]:
        if self.value() == "mine":
            return queryset.for_user(request.user)
        return queryset.filter(author=request.user.pk) if self.value() == "written" else queryset


@admin.register(Note)
class NoteAdmin(NoteAdminBase):
    """All notes, newest first. They are written, and marked as done, on the page of what they are about."""

    list_display = ("text",)
    list_display_links = None
    list_filter = (StateFilter, MineFilter)
    list_select_related = ("author", "assignee", "done_by", "article", "story__lead")
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    search_fields = ("text",)
    ordering = ("-time", "-id")
    sortable_by = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AheadChangeList]:
        return AheadChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Notes"), **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # not from the list: a note is about something

    def has_delete_permission(self, request: HttpRequest, obj: Note | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("add/", view(self.to_list)),
            path("<int:pk>/change/", view(self.to_subject)),
            path("<int:pk>/state/", view(writing_posts(self.state_view)), name="articles_note_state"),
            path("about/<str:kind>/<int:pk>/", view(writing_posts(self.about_view)), name="articles_note_about"),
            *super().get_urls(),
        ]

    def to_list(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:articles_note_changelist")

    def to_subject(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(get_object_or_404(Note, pk=pk).url)

    def about_view(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """Show the notes about an article or a story, open ones first, and take a new one."""
        model: Any = SUBJECTS.get(kind)
        if model is None:
            raise Http404("no such kind")
        if not self.has_view_permission(request):
            raise PermissionDenied
        subject = get_object_or_404(model, pk=pk)
        if isinstance(subject, Story) and subject.merged_into_id:
            return redirect("admin:articles_note_about", kind, subject.merged_into_id)
        form, may_write = NoteForm(request.POST or None), request.user.has_perm("articles.add_note")
        if request.method == "POST":
            if not may_write:
                raise PermissionDenied
            if form.is_valid():
                write_note(request.user, subject, form.cleaned_data["text"], form.cleaned_data["assignee"])
                messages.success(request, _("The note is written."))
                return redirect(request.path)
        notes = Note.objects.about(subject).select_related("author", "assignee", "done_by")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Notes on “%s”") % plain_text(str(subject)),
            "opts": self.opts,
            "subject_url": reverse(f"admin:articles_{kind}_change", args=[pk]),
            "notes": sorted(notes[:MAX_SHOWN], key=lambda note: note.done_at is not None),
            "form": form if may_write else None,
            "may_change": self.has_change_permission(request),
        }
        return render(request, "admin/articles/note/about.html", context)

    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mark a note as done, or as open again."""
        note = get_object_or_404(Note, pk=pk)
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        set_done(request.user, note, request.POST.get("state") == "done")
        return redirect(note.url)
