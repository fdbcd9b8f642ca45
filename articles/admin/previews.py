"""Preview links at the desk: those of an article in its form, and the list in which they are revoked."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.admin.changelist import AheadChangeList
from articles.editorial.previews import make_link, may_have_links, revoke_links
from articles.models import Article, PreviewLink
from articles.pages.previews import preview_url
from articles.text.rendering import plain_text

if TYPE_CHECKING:
    PreviewLinkAdminBase = admin.ModelAdmin[PreviewLink]
else:
    PreviewLinkAdminBase = admin.ModelAdmin

MOST_SHOWN = 20  # in a form; the list has all


@dataclass(frozen=True, slots=True)
class ShownLink:
    url: str
    maker: str
    made_at: dt.datetime
    expires_at: dt.datetime


def shown_links(article: Article) -> list[ShownLink]:
    """Return the links to an article that work, the newest first, for those who may change it."""
    links = PreviewLink.objects.open().filter(article=article).select_related("made_by")[:MOST_SHOWN]
    return [ShownLink(preview_url(link), maker_of(link), link.made_at, link.expires_at) for link in links]


def maker_of(link: PreviewLink) -> str:
    return str(link.made_by or _("someone whose account is gone"))


def tell_of_link(model_admin: Any, request: HttpRequest, article: Article) -> None:
    """Make a link to an article that was just saved, and say so."""
    if not may_have_links(article):
        text = _("No link was made: the article is withdrawn, and its preview would only say so.")
        model_admin.message_user(request, text, messages.WARNING)
        return
    link = make_link(request.user, article)
    until = date_format(timezone.localtime(link.expires_at), "DATETIME_FORMAT")
    text = _("This link shows the article to everyone who has it, until %(time)s:") % {"time": until}
    url = request.build_absolute_uri(preview_url(link))
    model_admin.message_user(request, format_html('{} <a href="{}" dir="ltr">{}</a>', text, url, url))


class StateFilter(admin.SimpleListFilter):
    """Filters by whether links work; those that do are shown if nothing is chosen."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ended", gettext_lazy("Revoked or expired")), ("all", gettext_lazy("All"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [first | {"display": _("Works")}, *others]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[PreviewLink]:
        if self.value() == "all":
            return queryset
        works = PreviewLink.objects.open()
        return queryset.exclude(pk__in=works.values("pk")) if self.value() == "ended" else queryset.open()


@admin.register(PreviewLink)
class PreviewLinkAdmin(PreviewLinkAdminBase):
    """All links, newest first. They are made in the form of their article, whose address is not shown here."""

    list_display = ("shown_article", "maker", "made_at", "expires_at", "shown_state")
    list_display_links = None
    list_filter = (StateFilter,)
    list_select_related = ("article", "made_by", "ended_by")
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    search_fields = ("article__title", "made_by__username")
    ordering = ("-made_at", "-id")
    sortable_by = ()
    actions = ("revoke",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AheadChangeList]:
        return AheadChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Preview links"), **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[PreviewLink]:
        """Return the links that somebody may know of: without the permission to publish, those to their own drafts."""
        large = ("body", "featured_content", "secured", "extra", "excerpt", "provider_said", "images")
        links = super().get_queryset(request).defer(*(f"article__{name}" for name in large))
        if request.user.has_perm("articles.publish_article"):
            return links
        return links.filter(article__is_draft=True, article__drafted_by=request.user.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # not from the list: a link is to an article

    def has_delete_permission(self, request: HttpRequest, obj: PreviewLink | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [path("<int:pk>/change/", self.admin_site.admin_view(self.to_article)), *super().get_urls()]

    def to_article(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(
            "admin:articles_article_change", get_object_or_404(self.get_queryset(request), pk=pk).article_id
        )

    @admin.display(description=gettext_lazy("article"))
    def shown_article(self, link: PreviewLink) -> SafeString:
        url = reverse("admin:articles_article_change", args=[link.article_id])
        return format_html('<a href="{}" dir="auto">{}</a>', url, plain_text(link.article.title))

    @admin.display(description=gettext_lazy("made by"))
    def maker(self, link: PreviewLink) -> str:
        return maker_of(link)

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, link: PreviewLink) -> str:
        if not link.ended_at:
            return str(link.state.label)
        when = date_format(timezone.localtime(link.ended_at), "DATETIME_FORMAT")
        if not link.ended_by:
            return _("revoked on %(time)s") % {"time": when}
        return _("revoked by %(user)s on %(time)s") % {"user": link.ended_by, "time": when}

    @admin.action(description=gettext_lazy("Revoke the chosen links"), permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: Any) -> None:
        number = revoke_links(request.user, chosen)
        text = ngettext("%d link does not work any more.", "%d links do not work any more.", number)
        messages.success(request, text % number)
