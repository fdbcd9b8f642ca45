"""How recent the news of topics and providers are, in their lists."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from articles.editorial.silence import silent_providers, silent_topics
from articles.models import Article, ArticleTopic


class SilentTopicFilter(admin.SimpleListFilter):
    """Finds topics without news of late."""

    title = _("news")
    parameter_name = "news"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("silent", _("None for 30 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(pk__in=silent_topics().values("pk")) if self.value() == "silent" else queryset


class SilentProviderFilter(admin.SimpleListFilter):
    """Finds providers that fell silent, each by its own pace."""

    title = _("news")
    parameter_name = "news"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("silent", _("Fell silent"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(pk__in=silent_providers().values("pk")) if self.value() == "silent" else queryset


def with_latest_of_topics(topics: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``latest``, the time of a topic's newest listed article, or None."""
    links = ArticleTopic.objects.filter(topic=OuterRef("pk"), listed_from__lte=timezone.now())
    return topics.annotate(latest=Subquery(links.order_by("-listed_from").values("listed_from")[:1]))


def with_latest_of_providers(providers: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``latest``, the time of a provider's newest listed article, or None."""
    articles = Article.objects.listed().filter(provider=OuterRef("pk"))
    return providers.annotate(latest=Subquery(articles.order_by("-listed_from").values("listed_from")[:1]))


def shown_day(time: dt.datetime | None) -> str:
    return date_format(timezone.localtime(time), "DATE_FORMAT") if time else "–"
