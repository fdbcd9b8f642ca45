"""Filters of the activity: by what actions are about, by day, and by whether they were undone."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.article.filters import DayFilter
from articles.models import (
    Action,
    ActionTarget,
    Article,
    Pin,
    Provider,
    Story,
    StoryDecision,
    StoryLead,
    Thread,
    ThreadDecision,
    ThreadName,
    Topic,
)
from articles.text.parameters import parse_pk

SUBJECTS: dict[str, tuple[Any, tuple[type[Any], ...]]] = {
    "articles": (_("Articles"), (Article,)),
    "stories": (_("Stories"), (Story, StoryDecision, StoryLead)),
    "threads": (_("Threads"), (Thread, ThreadDecision, ThreadName)),
    "topics": (_("Topics"), (Topic,)),
    "providers": (_("Providers"), (Provider,)),
    "pins": (_("Pins"), (Pin,)),
}


class SubjectFilter(admin.SimpleListFilter):
    """Filters by the kind of rows that actions changed, themselves or in their parts."""

    title = _("subject")
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, title) for name, (title, _models) in SUBJECTS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Action]) -> QuerySet[Action]:
        if self.value() not in SUBJECTS:
            return queryset
        labels = [model._meta.label_lower for model in SUBJECTS[str(self.value())][1]]
        targets = ActionTarget.objects.filter(label__among=labels)
        own, of_parts = targets.filter(action=OuterRef("pk")), targets.filter(action__part_of=OuterRef("pk"))
        return queryset.filter(Exists(own) | Exists(of_parts))


class UndoneFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("valid", _("Still valid")), ("undone", _("Undone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Action]) -> QuerySet[Action]:
        conditions = {"valid": Q(undone_at=None), "undone": Q(undone_at__isnull=False)}
        return queryset.filter(conditions.get(str(self.value()), Q()))


class WhoFilter(admin.SimpleListFilter):
    """Filters by the editor who acted; actions of the schedule have none."""

    title = _("person")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        acted = Exists(Action.objects.filter(user=OuterRef("pk")))  # by the index, not by going through all actions
        names = get_user_model().objects.filter(acted).order_by("username").values_list("pk", "username")
        return [*((str(pk), name) for pk, name in names), ("schedule", _("schedule"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Action]) -> QuerySet[Action]:
        if self.value() == "schedule":
            return queryset.filter(user=None)
        pk = parse_pk(self.value())
        return queryset.filter(user=pk) if pk else queryset


class TimeFilter(DayFilter):
    """Filters by the days on which actions were done, in the site's time zone."""

    title = _("day")
    column = "time"
