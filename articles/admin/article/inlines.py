"""The lists in an article's form: topics, and the decision about its story; related.py has the related articles."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import (
    AdminDateWidget,
    AdminSplitDateTime,
    AdminTimeWidget,
    AutocompleteSelect,
)
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.models import Article, ArticleTopic, StoryDecision
from articles.text.parameters import parse_pk

if TYPE_CHECKING:
    TopicInlineBase = admin.TabularInline[ArticleTopic, Article]
    DecisionInlineBase = admin.StackedInline[StoryDecision, Article]
else:
    TopicInlineBase = admin.TabularInline
    DecisionInlineBase = admin.StackedInline

LAST = 1_000_000


class NamedSplitDateTime(AdminSplitDateTime):
    """Django's fields for a date and a time, each with a label of its own."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        date, time = AdminDateWidget(attrs={"aria-label": _("Date")}), AdminTimeWidget(attrs={"aria-label": _("Time")})
        forms.MultiWidget.__init__(self, [date, time], attrs)


class KnownChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice that runs no query for the row that was chosen before, if it has been fetched."""

    known: Any = None

    def to_python(self, value: Any) -> Any:
        if self.known is not None and str(value) == str(self.known.pk):
            return self.known
        return super().to_python(value)


class KnownSelect(AutocompleteSelect):
    """An autocomplete select that runs no query for the row that is chosen already."""

    known: Any = None  # the chosen row, if it has been fetched

    def optgroups(self, name: str, value: Sequence[Any], attr: Any = None) -> list[Any]:
        if self.known is None or [str(each) for each in value] != [str(self.known.pk)]:
            # Django looks up what was sent even if it is no id, and fails.
            return super().optgroups(name, [each for each in value if parse_pk(str(each))], attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        label = self.choices.field.label_from_instance(self.known)
        return [(None, [*empty, self.create_option(name, self.known.pk, label, True, 0)], 0)]


def set_known_row(form: Any, name: str) -> None:
    """Pass the row that has been fetched to a form's autocomplete select, and to its field."""
    known = form.instance._state.fields_cache.get(name)
    field = form.fields.get(name)
    widget = getattr(field, "widget", None)
    inner = getattr(widget, "widget", widget)
    for part in (field, inner):
        if isinstance(part, KnownSelect | KnownChoiceField):
            part.known = known


class OrderedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row whose position may be left empty, which puts it last."""

    position = forms.IntegerField(label=_("Order"), required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("topic", "target"):
            set_known_row(self, name)

    def _post_clean(self) -> None:
        """Look at a row by the rules of its model, which takes queries, unless it stays as it is."""
        if not self.instance.pk or self.has_changed():
            super()._post_clean()  # type: ignore[misc]

    def clean_position(self) -> int:
        position = self.cleaned_data.get("position")
        return LAST if position is None else int(position)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name != "position":
            return super().get_initial_for_field(field, field_name)
        return self.instance.position + 1 if self.instance.pk else None


class KnownChoices:
    """Autocomplete selects that use the rows that have been fetched."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:  # type: ignore[attr-defined]
            kwargs["widget"] = KnownSelect(db_field, self.admin_site)  # type: ignore[attr-defined]
            kwargs["form_class"] = KnownChoiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class TopicInline(KnownChoices, TopicInlineBase):
    model = ArticleTopic
    form = OrderedForm
    fields = ("position", "topic")
    autocomplete_fields = ("topic",)
    verbose_name_plural = _("topics")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArticleTopic]:
        return super().get_queryset(request).select_related("topic")


class DecisionForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_known_row(self, "joins")


class DecisionInline(KnownChoices, DecisionInlineBase):
    """An editor's decision about the story of the article."""

    model = StoryDecision
    form = DecisionForm
    fk_name = "article"
    fields = ("joins", "keeps_links", "reason")
    autocomplete_fields = ("joins",)
    extra = 0
    max_num = 1
    verbose_name_plural = _("its story: decided here, not by the site")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoryDecision]:
        return super().get_queryset(request).select_related("joins")
