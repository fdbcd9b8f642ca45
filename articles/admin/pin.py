"""Editors' picks: what comes first for a while."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Pin
from articles.rendering import plain_text

if TYPE_CHECKING:
    PinAdminBase = admin.ModelAdmin[Pin]
else:
    PinAdminBase = admin.ModelAdmin


@admin.register(Pin)
class PinAdmin(PinAdminBase):
    list_display = ("shown_title", "place", "starts", "ends", "state", "reason")
    list_select_related = ("article",)
    search_fields = ("article__title", "reason")
    autocomplete_fields = ("article",)
    fields = ("article", "place", ("starts", "ends"), "reason")

    @admin.display(description=_("article"), ordering="article__title")
    def shown_title(self, pin: Pin) -> str:
        return plain_text(pin.article.title)

    @admin.display(description=_("state"))
    def state(self, pin: Pin) -> str:
        now = timezone.now()
        if pin.ends <= now:
            return str(_("over"))
        if pin.starts > now:
            return str(_("scheduled"))
        return str(_("shown") if pin.article.is_listed else _("article not listed"))

    def save_model(self, request: HttpRequest, obj: Pin, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for other in Pin.objects.overlapping(obj).select_related("article"):
            text = _("“%(title)s” is pinned to place %(place)d in that time, too; the later start comes first.")
            title = plain_text(other.article.title)
            self.message_user(request, text % {"title": title, "place": obj.place}, messages.WARNING)
