"""Stories: what they are made of, and which are too loose to be one."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.models import Story, StoryMember
from articles.rendering import plain_text

if TYPE_CHECKING:
    StoryAdminBase = admin.ModelAdmin[Story]
    MemberInlineBase = admin.TabularInline[StoryMember, Story]
else:
    StoryAdminBase, MemberInlineBase = admin.ModelAdmin, admin.TabularInline

MANY_ARTICLES = 50
MANY_DAYS = 180


class FlagFilter(admin.SimpleListFilter):
    """What makes a story look as if it were several, or none."""

    title = _("flag")
    parameter_name = "flag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("any", _("Any flag")),
            ("large", _("Over %d articles") % MANY_ARTICLES),
            ("long", _("Over %d days") % MANY_DAYS),
            ("leaderless", _("No lead")),
            ("several", _("Several leads")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Story]) -> QuerySet[Story]:
        large = queryset.filter(size__gt=MANY_ARTICLES)
        long = queryset.filter(last__gt=F("first") + dt.timedelta(days=MANY_DAYS))
        leaderless = queryset.filter(lead=None)
        several = queryset.filter(heads__gt=1)
        choices = {"large": large, "long": long, "leaderless": leaderless, "several": several}
        choices["any"] = large | long | leaderless | several
        return choices.get(self.value() or "", queryset)


class MemberInline(MemberInlineBase):
    """The articles of a story; the article's own page is where an editor decides about it."""

    model = StoryMember
    fields = readonly_fields = ("shown_title", "provider", "time", "quality", "heat", "state")
    extra = 0
    can_delete = False
    verbose_name_plural = _("articles")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoryMember]:
        rows = super().get_queryset(request).select_related("article__provider")
        return rows.order_by("-article__quality", "article__published_date_time")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("articles.view_story"))

    @admin.display(description=_("title"))
    def shown_title(self, member: StoryMember) -> SafeString:
        url = reverse("admin:articles_article_change", args=[member.article_id])
        return format_html('<a href="{}">{}</a>', url, plain_text(member.article.title))

    @admin.display(description=_("provider"))
    def provider(self, member: StoryMember) -> str:
        return plain_text(member.article.provider.name)

    @admin.display(description=_("time"))
    def time(self, member: StoryMember) -> dt.datetime:
        return member.article.published_date_time

    @admin.display(description=_("quality"))
    def quality(self, member: StoryMember) -> int:
        return member.article.quality

    @admin.display(description=_("heat"))
    def heat(self, member: StoryMember) -> int:
        return member.article.heat

    @admin.display(description=_("state"))
    def state(self, member: StoryMember) -> str:
        if member.article.is_reference:
            return str(_("reference"))
        return str(_("listed") if member.article.is_listed else _("unlisted"))


@admin.register(Story)
class StoryAdmin(StoryAdminBase):
    list_display = ("shown_lead", "size", "providers", "independent", "days", "last", "flags")
    list_filter = (FlagFilter,)
    search_fields = ("lead__title",)
    list_select_related = ("lead",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-last", "-id")
    inlines = (MemberInline,)
    fields = readonly_fields = (
        "shown_lead", "size", "providers", "independent", "first", "last", "days", "flags", "rank",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        return super().get_queryset(request).filter(size__gt=1)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Story | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Story | None = None) -> bool:
        return False

    def view_on_site(self, story: Story) -> str | None:
        return story.get_absolute_url() if story.rank is not None else None

    @admin.display(description=_("lead"), ordering="lead__title")
    def shown_lead(self, story: Story) -> str:
        return plain_text(story.lead.title) if story.lead else str(_("No lead"))

    @admin.display(description=_("days"))
    def days(self, story: Story) -> int:
        return (story.last - story.first).days if story.first and story.last else 0

    @admin.display(description=_("flags"))
    def flags(self, story: Story) -> str:
        flags = [
            (story.size > MANY_ARTICLES, _("over %d articles") % MANY_ARTICLES),
            (self.days(story) > MANY_DAYS, _("over %d days") % MANY_DAYS),
            (story.lead_id is None, _("no lead")),
            (story.heads > 1, _("several leads")),
        ]
        return ", ".join(str(text) for is_raised, text in flags if is_raised) or "–"
