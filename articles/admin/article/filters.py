"""Filters of the article list. None of them queries all values of a column."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.content.domains import normal_domain
from articles.content.limits import INTEGER_RANGE
from articles.models import Article, ArticleTopic, Provider, Topic
from articles.models.states import filter_by_state
from articles.text.parameters import day_from, number_from, parse_pk

LARGE = 5000  # articles of a topic


class StateFilter(admin.SimpleListFilter):
    """Filters by state; references are shown only if they are asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("listed", _("Listed")),
            ("later", _("Listed later")),
            ("scheduled", _("Scheduled")),
            ("draft", _("Drafts")),
            ("unlisted", _("Unlisted")),
            ("withdrawn", _("Withdrawn")),
            ("conflict", _("In conflict with the file")),
            ("edited", _("Edited here")),
            ("reference", _("References (no file yet)")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return filter_by_state(queryset, self.value())


class FileFilter(admin.SimpleListFilter):
    """Filters by whether an export would write an article's file, as far as the database knows."""

    title = _("file")
    parameter_name = "file"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("differs", _("Differs from its file")), ("none", _("Has no file yet")), ("same", _("As in its file"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Article]:
        articles: dict[str | None, QuerySet[Article]] = {
            "differs": queryset.to_export(everything=False),
            "none": queryset.filter(source_path=None, is_reference=False),
            "same": queryset.filter(source_path__isnull=False, edited={}),
        }
        return articles.get(self.value(), queryset)


class TypeFilter(admin.SimpleListFilter):
    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Article.Type.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(type=self.value()) if self.value() else queryset


class ImageFilter(admin.SimpleListFilter):
    title = _("image")
    parameter_name = "image"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("With an image")), ("no", _("Without"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        choices = {"yes": queryset.exclude(images=[]), "no": queryset.filter(images=[])}
        return choices.get(self.value() or "", queryset)


class FormFilter(admin.ListFilter):
    """A filter by the values of one or two fields, which ``template`` shows as a form of their own."""

    template = "admin/articles/form_filter.html"
    names: tuple[tuple[str, Any], ...] = ()
    input_type = "text"
    used_parameters: dict[str, Any]

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.request = request
        for name, _label in self.names:
            if name in params:
                value = params.pop(name)
                self.used_parameters[name] = (value[-1] if isinstance(value, list) else value).strip()

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return [name for name, _label in self.names]

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        own = {name for name, _label in self.names} | {"p"}
        yield {
            "fields": [(name, label, self.used_parameters.get(name, "")) for name, label in self.names],
            "others": [(k, v) for k, values in self.request.GET.lists() if k not in own for v in values],
            "type": self.input_type,
            "selected": any(self.used_parameters.values()),
        }


class RangeFilter(FormFilter):
    """Filters by a range of numbers, inclusive."""

    input_type = "number"
    column = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        for name, lookup in ((f"{self.column}_from", "gte"), (f"{self.column}_to", "lte")):
            if value := self.used_parameters.get(name):
                queryset = queryset.filter(**{f"{self.column}__{lookup}": self.parse(value)})
        return queryset

    def parse(self, value: str) -> Any:
        number = number_from(value, *INTEGER_RANGE)
        if number is None:
            raise IncorrectLookupParameters
        return number


class HeatFilter(RangeFilter):
    title = _("heat")
    column = "heat"
    names = (("heat_from", _("from")), ("heat_to", _("to")))


class QualityFilter(RangeFilter):
    title = _("quality")
    column = "quality"
    names = (("quality_from", _("from")), ("quality_to", _("to")))


class DayFilter(RangeFilter):
    """Filters by the time of publication, by days in the site's time zone."""

    title = _("time of publication")
    input_type = "date"
    column = "published_date_time"
    names = (("day_from", _("from")), ("day_to", _("to")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if value := self.used_parameters.get("day_from"):
            queryset = queryset.filter(**{f"{self.column}__gte": self.parse(value)})
        if value := self.used_parameters.get("day_to"):
            queryset = queryset.filter(**{f"{self.column}__lt": self.parse(value) + dt.timedelta(days=1)})
        return queryset

    def parse(self, value: str) -> dt.datetime:
        day = day_from(value)
        if day is None:
            raise IncorrectLookupParameters
        return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


class ProviderFilter(FormFilter):
    """Filters by domain, or by a part of the name."""

    title = _("provider")
    names = (("provider", _("domain or name")),)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        value = self.used_parameters.get("provider")
        if not value:
            return queryset
        found = Provider.objects.filter(Q(domain=normal_domain(value)) | Q(name__icontains=value))
        return queryset.filter(provider__among=list(found.values_list("pk", flat=True)[:200]))


class TopicFilter(admin.SimpleListFilter):
    title = _("topic")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(pk), name) for pk, name in Topic.objects.order_by("name").values_list("pk", "name")[:300]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        topic = parse_pk(self.value())
        if not topic:
            return queryset
        links = ArticleTopic.objects.filter(topic=topic)
        if links.order_by()[:LARGE].count() == LARGE:
            # Of a large topic, the newest articles are soon found by going through all; to sort its own would take long.
            return queryset.filter(Exists(links.filter(article=OuterRef("pk"))))
        return queryset.filter(pk__in=links.values("article"))
