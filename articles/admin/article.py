"""Articles, with their topics, related links and conflicts."""

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.changes import stories_at_the_end
from articles.content.fields import values_of
from articles.content.taxonomy import file_key
from articles.editing import edit_articles, editing, keep_mine, take_files
from articles.images import pick_image
from articles.models import Article, ArticleTopic, RelatedLink, Story, StoryDecision
from articles.rendering import plain_text

if TYPE_CHECKING:
    ArticleAdminBase = admin.ModelAdmin[Article]
    TopicInlineBase = admin.TabularInline[ArticleTopic, Article]
    RelatedInlineBase = admin.TabularInline[RelatedLink, Article]
    DecisionInlineBase = admin.StackedInline[StoryDecision, Article]
else:
    ArticleAdminBase = admin.ModelAdmin
    TopicInlineBase = admin.TabularInline
    RelatedInlineBase = admin.TabularInline
    DecisionInlineBase = admin.StackedInline


def as_list(value: Any) -> list[str]:
    """Return a field's plain value as lines to show."""
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


class OrderedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row whose position may be left out, which puts it last."""

    position = forms.IntegerField(label=_("Order"), required=False, min_value=0)

    def clean_position(self) -> int:
        position = self.cleaned_data.get("position")
        return LAST if position is None else int(position)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name != "position":
            return super().get_initial_for_field(field, field_name)
        return self.instance.position + 1 if self.instance.pk else None


LAST = 1_000_000


class TopicInline(TopicInlineBase):
    model = ArticleTopic
    form = OrderedForm
    fields = ("position", "topic")
    autocomplete_fields = ("topic",)
    verbose_name_plural = _("topics")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArticleTopic]:
        return super().get_queryset(request).select_related("topic")


class RelatedInline(RelatedInlineBase):
    model = RelatedLink
    form = OrderedForm
    fk_name = "article"
    fields = ("position", "target", "provider")
    readonly_fields = ("provider",)
    autocomplete_fields = ("target",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[RelatedLink]:
        return super().get_queryset(request).select_related("target__provider")

    @admin.display(description=_("provider"))
    def provider(self, link: RelatedLink) -> str:
        return plain_text(link.target.provider.name) if link.pk else ""


class DecisionInline(DecisionInlineBase):
    """An editor's word about the story that the article belongs to."""

    model = StoryDecision
    fk_name = "article"
    fields = ("joins", "reason")
    autocomplete_fields = ("joins",)
    extra = 0
    max_num = 1
    verbose_name_plural = _("its story: taken out of what its links make")


class StateFilter(admin.SimpleListFilter):
    """What readers see of an article; references are shown only when asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("listed", _("Listed")),
            ("later", _("Listed later")),
            ("unlisted", _("Unlisted")),
            ("withdrawn", _("Withdrawn")),
            ("conflict", _("In conflict with the file")),
            ("edited", _("Edited here")),
            ("reference", _("References (no file yet)")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return filter_by_state(queryset, self.value())


def filter_by_state(articles: Any, state: str | None) -> QuerySet[Article]:
    """Return the articles in a state of StateFilter; all but references without one."""
    choices: dict[str | None, QuerySet[Article]] = {
        "listed": articles.listed(),
        "later": articles.listed_later(),
        "unlisted": articles.unlisted(),
        "withdrawn": articles.withdrawn(),
        "conflict": articles.in_conflict(),
        "edited": articles.edited_here(),
        "reference": articles.references(),
    }
    return choices.get(state, articles.filter(is_reference=False))


@admin.register(Article)
class ArticleAdmin(ArticleAdminBase):
    list_display = ("shown_title", "provider", "shown_topics", "published", "removed", "heat", "shown_time")
    list_filter = (StateFilter, "topics", "type")
    search_fields = ("title", "excerpt", "provider__name", "provider__domain", "web_url")
    search_help_text = _("Words in title, excerpt, provider or address")
    date_hierarchy = "published_date_time"
    list_select_related = ("provider",)
    list_per_page = 50
    show_full_result_count = False
    autocomplete_fields = ("provider",)
    inlines = (TopicInline, RelatedInline, DecisionInline)
    actions = ("publish", "unlist", "withdraw")
    readonly_fields = (
        "preview",
        "source_path",
        "listed_from",
        "file_missing",
        "edited_fields",
        "conflicts_link",
        "story_link",
    )
    save_on_top = True
    fieldsets = (
        (None, {"fields": ("conflicts_link", "title", "excerpt", "provider", "web_url", "story_link", "preview")}),
        (
            _("Publication"),
            {"fields": (("published", "removed"), "published_date_time", "listed_from", ("heat", "quality"))},
        ),
        (
            _("Address here"),
            {"fields": (("date", "slug"),), "description": _("Left empty, they are made from time and title.")},
        ),
        (
            _("More from the file"),
            {
                "classes": ("collapse",),
                "fields": (
                    ("source_path", "file_missing"),
                    "edited_fields",
                    ("category", "type"),
                    "original_url",
                    "amp_web_url",
                    "cdn_amp_web_url",
                    "images",
                    "featured_content",
                    "body",
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).prefetch_related("topic_links__topic")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        return super().get_search_results(request, queryset.select_related("provider"), search_term)

    def view_on_site(self, article: Article) -> str | None:
        """Link to the article's page, if readers have one."""
        return article.get_absolute_url() if article.is_listed else None

    @admin.display(description=_("title"), ordering="title")
    def shown_title(self, article: Article) -> str:
        return plain_text(article.title)

    @admin.display(description=_("time"), ordering="published_date_time")
    def shown_time(self, article: Article) -> str:
        return f"{timezone.localtime(article.published_date_time):%Y-%m-%d %H:%M}"

    @admin.display(description=_("topics"))
    def shown_topics(self, article: Article) -> str:
        return ", ".join(link.topic.name for link in article.topic_links.all())

    @admin.display(description=_("image"))
    def preview(self, article: Article) -> str | SafeString:
        image = pick_image(article.images)
        if image is None:
            return "–"
        width = min(image.width, 320)
        height = round(image.height * width / image.width)
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="{}" referrerpolicy="no-referrer">',
            image.url,
            width,
            height,
            image.alt,
        )

    @admin.action(description=_("Publish: list with a page of its own"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._change(request, queryset, published=True, removed=False)

    @admin.action(description=_("Unlist: only links in related lists stay"), permissions=["change"])
    def unlist(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._change(request, queryset, published=False)

    @admin.action(description=_("Withdraw: appears nowhere, its address is gone"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._change(request, queryset, removed=True)

    def _change(self, request: HttpRequest, queryset: QuerySet[Article], **values: bool) -> None:
        ids = list(queryset.filter(is_reference=False).order_by().values_list("pk", flat=True))
        changed = edit_articles(ids, **values)
        text = ngettext("%(n)d article changed.", "%(n)d articles changed.", changed) % {"n": changed}
        self.message_user(request, text, messages.SUCCESS)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Note what an editor changes, in the form and its lists, beside what the file says."""
        ids = (
            [int(object_id)]
            if request.method == "POST" and object_id and object_id.isascii() and object_id.isdigit()
            else []
        )
        later = stories_at_the_end() if request.method == "POST" else nullcontext()
        with later, editing(ids) if ids else nullcontext():
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        conflicts = self.admin_site.admin_view(self.conflicts_view)
        return [path("<int:pk>/conflicts/", conflicts, name="articles_article_conflicts"), *super().get_urls()]

    def conflicts_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show both values of each field in conflict side by side, and settle one."""
        article = get_object_or_404(Article.objects.select_related("provider"), pk=pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        if request.method == "POST":
            settle = {"mine": keep_mine, "file": take_files}.get(request.POST.get("choice", ""))
            name = request.POST.get("field", "")
            if settle and name in article.conflicts:
                settle(article, name)
                self.log_change(request, article, f"conflict in {name}: {request.POST['choice']}")
                self.message_user(request, _("Settled: %s.") % file_key(name), messages.SUCCESS)
            return redirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Conflicts"),
            "article": article,
            "opts": self.opts,
        }
        mine = values_of([article])[article.pk]
        fields = [
            (name, file_key(name), as_list(mine[name]), as_list(value))
            for name, value in sorted(article.conflicts.items())
        ]
        return render(request, "admin/articles/article/conflicts.html", context | {"fields": fields})

    @admin.display(description=_("conflicts"))
    def conflicts_link(self, article: Article) -> str | SafeString:
        if not article.conflicts:
            return "–"
        names = ", ".join(file_key(name) for name in sorted(article.conflicts))
        url = reverse("admin:articles_article_conflicts", args=[article.pk])
        return format_html('<a href="{}">{}</a>', url, _("The file says something else in: %s") % names)

    @admin.display(description=_("story"))
    def story_link(self, article: Article) -> str | SafeString:
        story = Story.objects.filter(members=article.pk, size__gt=1).first() if article.pk else None
        if story is None:
            return "–"
        url = reverse("admin:articles_story_change", args=[story.pk])
        text = _("%(articles)d articles from %(providers)d providers")
        return format_html('<a href="{}">{}</a>', url, text % {"articles": story.size, "providers": story.providers})

    @admin.display(description=_("edited here"))
    def edited_fields(self, article: Article) -> str:
        return ", ".join(file_key(name) for name in sorted(article.edited)) or "–"

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Number the rows anew, in the order that was asked for."""
        super().save_formset(request, form, formset, change)
        if formset.model is StoryDecision:
            return
        rows = formset.model._default_manager.filter(article=form.instance).order_by("position", "pk")
        for position, row in enumerate(rows):
            if row.position != position:
                formset.model._default_manager.filter(pk=row.pk).update(position=position)
