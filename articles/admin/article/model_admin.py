"""The admin of articles: list, form, drafts, publishing, conflicts."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.admin.article import concurrent_edits, filters, search
from articles.admin.article.bulk import BulkActions
from articles.admin.article.columns import ShownFields, contributor_fieldsets, editor_fieldsets
from articles.admin.article.form import KNOWN, ArticleForm
from articles.admin.article.inlines import DecisionInline, KnownChoices, TopicInline
from articles.admin.article.looks import LooksViews
from articles.admin.article.related import RelatedInline, RelatedPages
from articles.admin.base import note
from articles.admin.changelist import AheadChangeList
from articles.admin.conflicts import ConflictsAdmin
from articles.admin.previews import tell_of_link
from articles.admin.saved_views import SavedViewsAdmin
from articles.db.locks import writing_posts
from articles.editorial.edits import editing, keep_edited_value, take_file_value
from articles.editorial.previews import revoke_links
from articles.editorial.recording import Recorder
from articles.models import Article, ArticleTopic, RelatedLink, StoryDecision
from articles.sync.exports.file_diffs import MAX_LINES, file_diffs
from articles.sync.field_values import values_of
from articles.text.parameters import parse_pk
from articles.text.rendering import plain_text

MAY_PUBLISH = "articles.publish_article"
FILES_PER_PAGE = 20

# Fields for which the permission to publish is needed.
PUBLICATION = ("published", "removed", "publish_at", "unlist_at")


class ArticleChangeList(AheadChangeList):
    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Article]:
        large = ("body", "featured_content", "secured", "extra", "excerpt", "provider_said", "images")
        return super().get_queryset(*args, **kwargs).prefetch_related("topic_links__topic").defer(*large)


@admin.register(Article)
class ArticleAdmin(ShownFields, KnownChoices, BulkActions, LooksViews, RelatedPages, SavedViewsAdmin, ConflictsAdmin):
    form = ArticleForm
    list_display = ("shown_title", "provider", "shown_topics", "state", "shown_heat", "quality", "shown_time")
    list_filter = (
        filters.StateFilter,
        filters.FileFilter,
        filters.ProviderFilter,
        filters.TopicFilter,
        filters.DayFilter,
        filters.HeatFilter,
        filters.QualityFilter,
        filters.ImageFilter,
        filters.TypeFilter,
    )
    search_fields = ("title",)
    search_help_text = _("Words, or an address here or at the provider, or the name of a file")
    list_select_related = ("provider",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-published_date_time", "-tie", "-id")
    sortable_by = ("shown_time",)
    autocomplete_fields = ("provider",)
    readonly_fields = (
        "state",
        "listed_from",
        "preview_link",
        "conflicts_link",
        "file_path",
        "file_differs",
        "secured_print",
        "story_link",
    )
    save_on_top = True
    change_form_template = "admin/articles/article/change_form.html"

    class Media:
        js = ("js/admin/known.js", "js/admin/card.js")

    # -- Permissions ------------------------------------------------------------

    def may_publish(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(MAY_PUBLISH))

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return self.may_publish(request)

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Return whether the user may change the article; without the permission to publish, only their own drafts."""
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None or self.may_publish(request):
            return allowed
        return obj.is_draft and obj.drafted_by_id == request.user.pk

    def get_inlines(self, request: HttpRequest, obj: Article | None = None) -> list[Any]:
        if self.may_publish(request) or not request.user.has_perm("articles.add_article"):
            return [TopicInline, RelatedInline, DecisionInline]
        # Related links and decisions about stories change published pages.
        return [TopicInline]

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        # Users who may not change an article get no preview links to give out.
        may_change = obj is not None and self.has_change_permission(request, obj)
        own, previews = (["version"], ["preview_link", "revoke_previews"]) if may_change else ([], [])
        if not self.may_publish(request) and request.user.has_perm("articles.add_article"):
            return contributor_fieldsets(obj, own, previews)
        return editor_fieldsets(obj, own, previews)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        queryset = queryset.select_related("provider")
        return (search.find(queryset, search_term) if search_term.strip() else queryset), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ArticleChangeList]:
        return ArticleChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Article | None:
        return Article.objects.select_related("provider", "folder", "drafted_by").filter(pk=parse_pk(object_id)).first()

    def view_on_site(self, article: Article) -> str | None:
        """Link to the article's page, if readers have one."""
        return article.get_absolute_url() if article.is_listed else None

    # -- Saving -----------------------------------------------------------------

    def watch(self, record: Recorder, pk: int) -> None:
        record.watch_articles([pk])

    def watch_new(self, record: Recorder, pk: int) -> None:
        for model in (ArticleTopic, RelatedLink, StoryDecision):
            record.watch(model, article=pk)

    def changing(self, request: HttpRequest, pk: int) -> AbstractContextManager[Any]:
        """Store the file's values of what an editor changes in the form and its lists."""
        article = Article.objects.select_related("provider").filter(pk=pk).first()
        if article and concurrent_edits.changed_since(
            request.POST.get("version", ""), concurrent_edits.state_of(article)
        ):
            request.POST = request.POST.copy()  # type: ignore[assignment]
            concurrent_edits.join_lists(request.POST, article)
        stack = ExitStack()
        stack.enter_context(editing([pk]))
        return stack

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def changeform_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(*args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        if not self.may_publish(request) and any(getattr(obj, name) for name in PUBLICATION):
            raise PermissionDenied
        if not change:
            obj.drafted_by_id, obj.is_draft = request.user.pk, True
        obj.is_draft = obj.is_draft and not obj.published
        if form.cleaned_data.get("revoke_previews"):
            revoke_links(request.user, obj.preview_links.all())
            note(request, str(_("Preview links that were given out do not work any more.")))
        super().save_model(request, obj, form, change)
        if not change or "web_url" in form.changed_data:
            self.warn_of_known(request, obj)

    def save_row(self, record: Recorder, obj: Article, form: Any) -> None:
        """Save the article, unless only preview links were taken back, or nothing was changed."""
        if not obj.pk or not set(form.changed_data) <= {"version", "revoke_previews"}:
            super().save_row(record, obj, form)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        """After the button for a preview link, show the form again, with a link to what was just saved."""
        if "_make_preview" not in request.POST:
            return super().response_change(request, obj)
        tell_of_link(self, request, obj)
        return redirect(request.get_full_path())

    def warn_of_known(self, request: HttpRequest, article: Article) -> None:
        for known in search.known_at(article.source_url, article.pk):
            url = reverse("admin:articles_article_change", args=[known["pk"]])
            note(request, format_html('{} <a href="{}">{}</a>', KNOWN, url, plain_text(known["title"])))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows and renumber their positions."""
        super().save_formset(request, form, formset, change)
        # Not in an unchanged list, whose gaps are the positions of entries without a link.
        if formset.model is StoryDecision or not formset.has_changed():
            return
        rows = formset.model._default_manager.filter(article=form.instance).order_by("position", "pk")
        for position, row in enumerate(rows):
            if row.position != position:
                formset.model._default_manager.filter(pk=row.pk).update(position=position)

    # -- Views ------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("known/", wrap(self.known_view), name="articles_article_known"),
            path("bulk/<str:name>/", wrap(writing_posts(self.bulk_view)), name="articles_article_bulk"),
            path("files/", wrap(self.files_view), name="articles_article_files"),
            path("<int:pk>/file/", wrap(self.file_view), name="articles_article_file"),
            *super().get_urls(),
        ]

    def known_view(self, request: HttpRequest) -> HttpResponse:
        """Return the articles with an address as JSON, while it is typed."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        found = search.known_at(request.GET.get("address", ""), parse_pk(request.GET.get("without")))
        for each in found:
            each["title"] = plain_text(each["title"])
            each["url"] = reverse("admin:articles_article_change", args=[each["pk"]])
        return JsonResponse({"known": found}, headers={"Cache-Control": "no-store"})

    def files_view(self, request: HttpRequest) -> HttpResponse:
        """Show the differences of all articles from their files."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        differing = Article.objects.to_export(everything=False).select_related("folder", "provider").order_by("-pk")
        page = Paginator(differing, FILES_PER_PAGE).get_page(request.GET.get("page"))
        return self.render_files(request, _("Differences from files"), list(page), page=page)

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show how one article differs from its file."""
        article = get_object_or_404(Article.objects.select_related("folder", "provider"), pk=pk, is_reference=False)
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        articles = [] if article.is_draft else [article]
        return self.render_files(request, _("Difference from its file"), articles, object=article)

    def render_files(self, request: HttpRequest, title: Any, articles: list[Article], **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "diffs": file_diffs(articles),
            "max_lines": MAX_LINES,
        }
        return render(request, "admin/articles/article/files.html", context | more)

    # -- Conflicts --------------------------------------------------------------

    def may_settle(self, request: HttpRequest, row: Article) -> bool:
        return self.has_change_permission(request, row) and self.may_publish(request)

    def values_here(self, row: Article) -> Mapping[str, Any]:
        return values_of([row])[row.pk]

    def keep_edited(self, row: Article, name: str) -> None:
        keep_edited_value(row, name)

    def take_file(self, row: Article, name: str, record: Recorder) -> None:
        take_file_value(row, name)
