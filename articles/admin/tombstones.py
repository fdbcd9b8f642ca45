"""The files at the desk whose articles were cleaned up, and which editors may let come in again."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.base import show_action_message
from articles.admin.changelist import AheadChangeList
from articles.editorial.cleanup import let_in_again
from articles.models import Tombstone
from articles.models.article import article_url

if TYPE_CHECKING:
    TombstoneAdminBase = admin.ModelAdmin[Tombstone]
else:
    TombstoneAdminBase = admin.ModelAdmin


@admin.register(Tombstone)
class TombstoneAdmin(TombstoneAdminBase):
    """All files that stay out, those of the last cleanup first."""

    list_display = ("shown_file", "folder", "address", "time")
    list_display_links = None
    list_select_related = ("folder",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("source_path", "slug")
    search_help_text = gettext_lazy("A part of the file’s path, or of the article’s name in its address")
    ordering = ("-id",)
    sortable_by = ()
    actions = ("let_in",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AheadChangeList]:
        return AheadChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Files that stay out"), **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Tombstone | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Tombstone | None = None) -> bool:
        return False  # but by the action, which is recorded

    def has_let_in_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("articles.delete_tombstone"))

    def get_urls(self) -> list[URLPattern]:
        return [path("<int:pk>/change/", self.admin_site.admin_view(self.to_list)), *super().get_urls()]

    def to_list(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("admin:articles_tombstone_changelist")

    @admin.display(description=gettext_lazy("file"))
    def shown_file(self, stone: Tombstone) -> SafeString:
        return format_html('<bdi dir="ltr">{}</bdi>', stone.source_path)

    @admin.display(description=gettext_lazy("address"))
    def address(self, stone: Tombstone) -> str | SafeString:
        """Return the address that answers 410, if readers knew it."""
        if not stone.date or not stone.slug:
            return "–"
        return format_html('<a href="{0}" dir="ltr">{0}</a>', article_url(stone.date, stone.slug))

    @admin.action(description=gettext_lazy("Let the chosen files come in again"), permissions=["let_in"])
    def let_in(self, request: HttpRequest, chosen: Any) -> None:
        action = let_in_again(request.user, {"pk__among": set(chosen.values_list("pk", flat=True))})
        show_action_message(request, action, "" if action else _("Nothing was changed."))
