"""The admin of topics: tree, order, names, and merging."""

from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from articles.admin.base import show_action_message
from articles.admin.conflicts import conflict_flags, with_flags
from articles.admin.ordering import SCRIPT, moved, order_buttons
from articles.admin.taxonomy.conflicts import ConflictFilter
from articles.admin.taxonomy.csv_files import CsvAdmin
from articles.admin.taxonomy.form_fields import LinesField
from articles.admin.taxonomy.merge import MergingAdmin, most_similar
from articles.admin.taxonomy.resources import TopicResource
from articles.admin.taxonomy.silence import SilentTopicFilter, shown_day, with_latest_of_topics
from articles.content.identity import topic_key
from articles.db.locks import writing_posts
from articles.editorial.merging import descendants, merge_topics, order_topics
from articles.editorial.recording import Recorder
from articles.editorial.renaming import save_edited
from articles.jobs import merges
from articles.listings import listed_counts
from articles.models import Action, ArticleTopic, Topic, TopicAlias
from articles.pages.topic_tree import in_tree_order
from articles.sync.imports.taxonomy import free_slug
from articles.text.rendering import plain_text

MAX_TREE = 2000  # topics that are shown as one tree


class TopicForm(forms.ModelForm):  # type: ignore[type-arg]
    keywords = LinesField(label=gettext_lazy("Keywords"))
    hashtags = LinesField(label=gettext_lazy("Hashtags"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # A read-only form has no fields.
        if field := self.fields.get("parent"):
            below = {self.instance.pk} | descendants(self.instance.pk) if self.instance.pk else set()
            rows = [(topic, depth) for topic, depth in in_tree_order(Topic.objects.all()) if topic.pk not in below]
            field.queryset = Topic.objects.exclude(pk__among=below)  # type: ignore[attr-defined]
            names = [(topic.pk, "– " * depth + plain_text(topic.name)) for topic, depth in rows]
            field.choices = [("", _("None: a topic of its own")), *names]  # type: ignore[attr-defined]
        if (slug := self.fields.get("slug")) and not self.instance.pk:
            slug.required, slug.help_text = False, _("Left empty, it is made of the name.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.instance.pk and "slug" in cleaned and not cleaned["slug"] and cleaned.get("name"):
            cleaned["slug"] = free_slug(cleaned["name"])
        return cleaned


class TopicAliasInline(admin.TabularInline):  # type: ignore[type-arg]
    model = TopicAlias
    fields = ("name", "slug")
    extra = 0


class TopicChangeList(ChangeList):
    """Shows all topics as a tree, unless the list is searched or sorted."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        is_plain = not (self.query or self.params) and self.result_count <= MAX_TREE
        if is_plain:
            self.result_list = list(self.queryset)
            self.multi_page = False
        counts = listed_counts("topic")
        rows: list[tuple[Any, int]] = [(topic, 0) for topic in self.result_list]
        if is_plain:
            rows = list(in_tree_order(self.result_list))
        for topic, depth in rows:
            topic.depth, topic.listed, topic.is_in_tree = depth, counts.get(topic.pk, 0), is_plain
        self.result_list = [topic for topic, _depth in rows]


@admin.register(Topic)
class TopicAdmin(CsvAdmin, MergingAdmin):
    list_display = ("shown_name", "order", "listed_articles", "latest_article", "slug")
    list_display_links = ("shown_name",)
    list_filter = (SilentTopicFilter, ConflictFilter)
    search_fields = ("name", "shortname", "slug", "aliases__name")
    resource_classes = [TopicResource]
    merge_task = merges.merge_topics
    form = TopicForm
    inlines = (TopicAliasInline,)
    fieldsets = (
        (None, {"fields": ("name", "slug", "shortname", "parent", "description", "keywords", "hashtags")}),
        (gettext_lazy("More"), {"classes": ("collapse",), "fields": ("position", "images")}),
    )

    class Media:
        css = {"all": ("css/admin-catalogue.css",)}
        js = (SCRIPT,)

    # -- The list ---------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[TopicChangeList]:
        return TopicChangeList

    @admin.display(description=gettext_lazy("name"))
    def shown_name(self, topic: Any) -> str | SafeString:
        return with_flags("– " * getattr(topic, "depth", 0) + plain_text(topic.name), conflict_flags(topic))

    @admin.display(description=gettext_lazy("listed articles"))
    def listed_articles(self, topic: Any) -> int:
        return getattr(topic, "listed", 0)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return with_latest_of_topics(super().get_queryset(request))

    @admin.display(description=gettext_lazy("latest article"), ordering="latest")
    def latest_article(self, topic: Any) -> str:
        return shown_day(topic.latest)

    @admin.display(description=gettext_lazy("order"))
    def order(self, topic: Any) -> str | SafeString:
        """Return buttons that move a topic among its siblings; with a script, it can also be dragged."""
        if not (topic.is_in_tree and self.may_order):
            return str(topic.position)
        url = reverse("admin:articles_topic_move", args=[topic.pk])
        return order_buttons(topic.pk, topic.parent_id or "", url, plain_text(topic.name))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self.may_order = self.has_change_permission(request)
        return super().changelist_view(request, extra_context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(writing_posts(self.move_view)))
        return [path("<int:pk>/move/", view, name="articles_topic_move"), *super().get_urls()]

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Move a topic up or down among its siblings, or to before one of them (0: to the end)."""
        topic = get_object_or_404(Topic, pk=pk)
        if not self.has_change_permission(request, topic):
            raise PermissionDenied
        ids = list(Topic.objects.filter(parent=topic.parent_id).values_list("pk", flat=True))
        show_action_message(request, order_topics(request.user, moved(ids, pk, request.GET.get("to", ""))))
        return redirect("admin:articles_topic_changelist")

    # -- The form ---------------------------------------------------------------------

    def watch(self, record: Recorder, pk: int) -> None:
        super().watch(record, pk)
        record.watch(TopicAlias, topic=pk)

    def watch_all(self, record: Recorder) -> None:
        super().watch_all(record)
        record.watch(TopicAlias)

    def watch_new(self, record: Recorder, pk: int) -> None:
        record.watch(TopicAlias, topic=pk)

    def watch_deletion(self, record: Recorder, pk: int) -> None:
        self.watch(record, pk)
        record.watch(Topic, parent=pk)
        record.watch(ArticleTopic, topic=pk)
        record.watch_articles(
            ArticleTopic.objects.filter(topic=pk).values_list("article_id", flat=True), ("edited", "conflicts")
        )

    def save_row(self, record: Recorder, obj: Topic, form: Any) -> None:
        save_edited(obj, [name for name in form.changed_data if name in form.fields], record)

    def view_on_site(self, topic: Topic) -> str:
        return topic.get_absolute_url()

    # -- Merging ----------------------------------------------------------------------

    def count_articles(self, row: Topic) -> int:
        return ArticleTopic.objects.filter(topic=row).count()

    def about_articles(self, number: int) -> list[str]:
        text = ngettext("%d article loses this topic, and stays", "%d articles lose this topic, and stay", number)
        return [text % number] if number else []

    def merge(self, user: Any, row: Topic, into: Topic, reason: str) -> Action | None:
        return merge_topics(user, row, into, reason)

    def articles_url(self, row: Topic) -> str:
        return f"{reverse('admin:articles_article_changelist')}?topic={row.pk}"

    def look_for(self, text: str) -> QuerySet[Topic]:
        return Topic.objects.filter(Q(name__icontains=text) | Q(slug__icontains=text))

    def similar(self, row: Topic) -> list[Topic]:
        others = Topic.objects.exclude(pk=row.pk)[:MAX_TREE]
        return most_similar(row.key, others, likeness, 0.7)

    def detail(self, row: Topic) -> str:
        return row.get_absolute_url()

    def consequences(self, row: Topic, into: Topic) -> list[str]:
        links = ArticleTopic.objects.filter(topic=row)
        number = links.count()
        both = ArticleTopic.objects.filter(topic=into, article__in=links.values("article")).count()
        below = Topic.objects.filter(parent=row).count()
        texts = {"row": plain_text(row.name), "into": plain_text(into.name)}
        counted = [
            (number, ngettext("%d article moves there.", "%d articles move there.", number)),
            (both, ngettext("%d of them has both already.", "%d of them have both already.", both)),
            (below, ngettext("%d topic below it moves there, too.", "%d topics below it move there, too.", below)),
        ]
        return [
            *(text % count for count, text in counted if count),
            _("Readers who open %(old)s are redirected to %(new)s.")
            % {"old": row.get_absolute_url(), "new": into.get_absolute_url()},
            _("Files that name “%(row)s” mean “%(into)s” from now on.") % texts,
            _("The description, keywords and images of “%(row)s” are lost.") % texts,
        ]


def likeness(key: str, other: Topic) -> float:
    """Return the similarity of two topics' names, from 0 to 1, ignoring signs and spaces."""
    one, two = ("".join(filter(str.isalnum, text)) for text in (key, topic_key(other.name)))
    return SequenceMatcher(None, one, two).ratio()
