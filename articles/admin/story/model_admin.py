"""The admin of stories: a page for each with its articles, where editors decide what belongs to it and what leads."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from articles.admin.base import HistoryAdmin
from articles.admin.story.narrowing import narrowed_by
from articles.admin.story.plan import plan_view
from articles.admin.story.several import several_view
from articles.admin.story.suggestions import suggestions_view
from articles.db.locks import writing_posts
from articles.editorial.stories.reasons import reasons_of
from articles.editorial.stories.suggestions import Suggestions, suggestions_for
from articles.models import Article, Story
from articles.text.parameters import parse_pk
from articles.text.rendering import plain_text

MANY_ARTICLES = 50
MANY_DAYS = 10  # few events last longer
MAX_SHOWN = 500  # members; real stories have fewer
LONG = 10  # members from which there is a filter for them
MAY_DECIDE = "articles.change_storydecision"


def may_decide(user: User | AnonymousUser) -> bool:
    return user.has_perm(MAY_DECIDE)


class FlagFilter(admin.SimpleListFilter):
    """Filters stories that may be several, or none."""

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


@admin.register(Story)
class StoryAdmin(HistoryAdmin):
    list_display = ("shown_lead", "size", "providers", "independent", "days", "last", "flags")
    list_filter = (FlagFilter,)
    search_fields = ("lead__title",)
    list_select_related = ("lead",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-last", "-id")
    change_list_template = "admin/articles/story/change_list.html"

    class Media:
        css = {"all": ("css/admin-catalogue.css",)}

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

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("suggestions/", view(self.suggestions_view), name="articles_story_suggestions"),
            path("suggestions/several/", view(writing_posts(self.several_view)), name="articles_story_several"),
            path("<int:pk>/plan/", view(writing_posts(self.plan_view)), name="articles_story_plan"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a story's articles with the possible decisions; nothing is changed here."""
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        pk = parse_pk(object_id)
        story = get_object_or_404(Story.objects.select_related("lead", "merged_into"), pk=pk)
        if story.merged_into:
            return redirect("admin:articles_story_change", story.merged_into.pk)
        may = may_decide(request.user)
        found = suggestions_for(story) if may else Suggestions([], [])
        every = list(members_of(story))
        reasons = reasons_of(story, every)
        narrowed = narrowed_by(request)
        members = [member for member in every if narrowed.shows(member)]
        context = {
            **self.admin_site.each_context(request),
            "title": self.shown_lead(story),
            "opts": self.opts,
            "story": story,
            "days": self.days(story),
            "flags": self.flags(story),
            "url": self.view_on_site(story),
            "members": [(member, reasons.get(member.pk, "")) for member in members],
            "may_decide": may,
            "joins": found.joins,
            "splits": found.splits,
            "here": request.path,
            "is_long": len(every) > LONG,
            **narrowed.context(),
        }
        return render(request, "admin/articles/story/desk.html", context)

    def plan_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not may_decide(request.user):
            raise PermissionDenied
        return plan_view(request, self.admin_site.each_context(request) | {"opts": self.opts}, pk)

    def suggestions_view(self, request: HttpRequest) -> HttpResponse:
        """Show stories of some days that may be one, and those that may be two."""
        if not may_decide(request.user):
            raise PermissionDenied
        return suggestions_view(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def several_view(self, request: HttpRequest) -> HttpResponse:
        """Accept or decline several proposals at once."""
        if not may_decide(request.user):
            raise PermissionDenied
        return several_view(request, self.admin_site.each_context(request) | {"opts": self.opts})


def members_of(story: Story) -> QuerySet[Article]:
    """Return a story's articles with the columns that the page shows, best account first."""
    members = Article.objects.filter(member__story=story).select_related("provider", "story_decision", "story_lead")
    shown = members.only(
        "title", "published_date_time", "quality", "heat", "is_reference", "listed_from", "web_url", "original_url",
        "provider__name", "story_decision__reason", "story_decision__keeps_links", "story_lead__reason",
    )  # fmt: skip
    return shown.order_by("-quality", "published_date_time", "tie", "id")[:MAX_SHOWN]
