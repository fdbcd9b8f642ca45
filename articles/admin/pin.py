"""Pins: articles that are at the top for a while."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.article.bulk import overlaps
from articles.admin.article.inlines import DecisionForm as KnownForm
from articles.admin.article.inlines import KnownChoices, set_known_row
from articles.admin.base import RecordedAdmin, note, show_action_message
from articles.admin.ordering import SCRIPT, moved, order_buttons
from articles.db.locks import writing_posts
from articles.editorial.pins import end, order_pins
from articles.editorial.recording import recording
from articles.models import Pin
from articles.text.parameters import parse_pk
from articles.text.rendering import plain_text


class WhenFilter(admin.SimpleListFilter):
    """Hides pins that are over, unless they are asked for."""

    title = gettext_lazy("time")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("later", gettext_lazy("Scheduled")), ("over", gettext_lazy("Over"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": gettext_lazy("Shown or scheduled")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Pin]) -> QuerySet[Pin]:
        now = timezone.now()
        choices = {"later": queryset.filter(starts__gt=now), "over": queryset.filter(ends__lte=now)}
        return choices.get(self.value() or "", queryset.filter(ends__gt=now))


class PinForm(KnownForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_known_row(self, "article")


@admin.register(Pin)
class PinAdmin(KnownChoices, RecordedAdmin):
    form = PinForm
    list_display = ("shown_title", "place", "order", "starts", "ends", "state", "reason")
    list_filter = (WhenFilter,)
    list_select_related = ("article",)
    search_fields = ("article__title", "reason")
    autocomplete_fields = ("article",)
    fields = ("article", "place", ("starts", "ends"), "reason")
    ordering = ("place", "-starts", "-pk")  # as on the front page

    class Media:
        js = (SCRIPT,)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Pin | None:
        return Pin.objects.select_related("article").filter(pk=parse_pk(object_id)).first()

    @admin.display(description=gettext_lazy("article"), ordering="article__title")
    def shown_title(self, pin: Pin) -> str:
        return plain_text(pin.article.title)

    @admin.display(description=gettext_lazy("order"))
    def order(self, pin: Pin) -> str | SafeString:
        """Return buttons for pins that are shown now; with a script, they can also be dragged."""
        if not (self.may_order and pin.starts <= timezone.now() < pin.ends and pin.article.is_listed):
            return "–"
        url = f"{reverse('admin:articles_pin_move', args=[pin.pk])}?from=list"
        return order_buttons(pin.pk, "pins", url, self.shown_title(pin))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self.may_order = self.has_change_permission(request)
        return super().changelist_view(request, extra_context)

    @admin.display(description=gettext_lazy("state"))
    def state(self, pin: Pin) -> str:
        now = timezone.now()
        if pin.ends <= now:
            return _("over")
        if pin.starts > now:
            return _("scheduled")
        return _("shown") if pin.article.is_listed else _("article not listed")

    def save_model(self, request: HttpRequest, obj: Pin, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for text in overlaps([obj.pk]):
            note(request, text)

    def get_urls(self) -> list[URLPattern]:
        move = self.admin_site.admin_view(writing_posts(self.move_view))
        return [path("<int:pk>/move/", move, name="articles_pin_move"), *super().get_urls()]

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Move a current pin among the others (``to`` as in ``moved``), or end it ("off")."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        pin = get_object_or_404(Pin.objects.select_related("article"), pk=pk)
        if not self.has_change_permission(request, pin):
            raise PermissionDenied
        to = request.GET.get("to", "")
        text = _("Unpinned “%s”") if to == "off" else _("Moved “%s” among the pins")
        with recording(request.user, "pin", text % plain_text(pin.article.title)) as record:
            current = list(Pin.objects.current())
            ids = [each.pk for each in current]
            record.watch(Pin, pk__among=[pk, *ids])
            if to == "off":
                end(pin)
            else:
                order_pins(current, moved(ids, pk, to))
        show_action_message(request, record.action)
        return redirect("admin:articles_pin_changelist" if request.GET.get("from") == "list" else "admin:index")
