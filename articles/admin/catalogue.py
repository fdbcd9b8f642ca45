"""Providers and topics."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.admin.base import RecordedAdmin
from articles.cards import pick_logo
from articles.editing import note_edited_fields
from articles.models import ArticleTopic, Provider, Topic
from articles.recording import Recorder


@admin.register(Provider)
class ProviderAdmin(RecordedAdmin):
    list_display = ("name", "domain", "kind", "articles_link")
    list_filter = ("kind",)
    search_fields = ("name", "domain")
    ordering = ("name", "domain")
    fields = ("name", "domain", "kind", "description", "images", "logo")
    readonly_fields = ("logo",)

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        note_edited_fields(obj, form.changed_data)
        super().save_model(request, obj, form, change)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        return (
            super()
            .get_queryset(request)
            .annotate(article_count=Count("articles", filter=Q(articles__is_reference=False)))
        )

    def view_on_site(self, provider: Provider) -> str:
        return provider.get_absolute_url()

    @admin.display(description=_("articles"), ordering="article_count")
    def articles_link(self, provider: Any) -> SafeString:
        url = f"{reverse('admin:articles_article_changelist')}?provider={provider.domain}"
        return format_html('<a href="{}">{}</a>', url, provider.article_count)

    @admin.display(description=_("logo"))
    def logo(self, provider: Provider) -> str | SafeString:
        url = pick_logo(provider.images)
        return format_html('<img src="{}" width="64" alt="" referrerpolicy="no-referrer">', url) if url else "–"


@admin.register(Topic)
class TopicAdmin(RecordedAdmin):
    list_display = ("name", "parent", "slug", "position")
    list_editable = ("position",)
    list_select_related = ("parent",)
    search_fields = ("name", "shortname", "slug")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("parent",)
    fields = ("name", "slug", "shortname", "parent", "position", "description", "keywords", "hashtags", "images")

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        note_edited_fields(obj, form.changed_data)
        super().save_model(request, obj, form, change)

    def watch_deletion(self, record: Recorder, pk: int) -> None:
        record.watch(Topic, pk=pk)
        record.watch(Topic, parent=pk)
        record.watch(ArticleTopic, topic=pk)
        record.watch_articles(
            ArticleTopic.objects.filter(topic=pk).values_list("article_id", flat=True), ("edited", "conflicts")
        )
