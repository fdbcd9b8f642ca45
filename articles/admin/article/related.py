"""The related articles in an article's form, of which there may be hundreds.

All rows are sent with the form, each with its order and "Delete?". Those of one page also have an autocomplete to put
another article in their place: in the others, the article is a link, as autocompletes and Django's rows of fields take
most of the time for a form, here and in the browser.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.admin.article.inlines import KnownChoiceField, KnownChoices, OrderedForm
from articles.models import Article, RelatedLink
from articles.text.parameters import number_from
from articles.text.rendering import plain_text

if TYPE_CHECKING:
    RelatedInlineBase = admin.TabularInline[RelatedLink, Article]
    ArticleAdminBase = admin.ModelAdmin[Article]
else:
    RelatedInlineBase = admin.TabularInline
    ArticleAdminBase = object

ROWS = 25  # of a page
MOST = 100_000
FROM = "related_from"  # the parameter with the number of a row, whose page has the autocompletes


class QuickHidden(forms.HiddenInput):
    """A hidden field that is written without a template, of which each would take as long as a query."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        values = {"type": "hidden", "name": name, "value": self.format_value(value), **self.attrs, **(attrs or {})}
        return format_html("<input{}>", flatatt(values))


@dataclass(frozen=True, slots=True)
class RowsPage:
    """A page of rows: the numbers of its first and last one, counted from 1."""

    first: int
    last: int
    is_open: bool


class ManyRows(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The rows of a list that may have hundreds; ``start`` is the number of the first row with all fields, from 0."""

    start = 0

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk:
            key = form.fields["id"]
            form.fields["id"] = known = KnownChoiceField(
                key.queryset, initial=key.initial, required=False, widget=forms.HiddenInput
            )
            known.known = form.instance
        for field in form.fields.values():
            if type(field.widget) is forms.HiddenInput:
                field.widget = QuickHidden(field.widget.attrs)
        form.is_short = index is not None and not self.start <= index < self.start + ROWS

    @property
    def media(self) -> forms.Media:
        return self.empty_form.media

    def row_pages(self) -> list[RowsPage]:
        """Return the pages of the rows that are there already, none if all fit on one."""
        total = self.initial_form_count()
        firsts = range(0, total, ROWS) if total > ROWS else ()
        return [RowsPage(first + 1, min(first + ROWS, total), first == self.start) for first in firsts]


class RelatedForm(OrderedForm):
    """A related article; ``is_short`` if its row is not on the page that is open."""

    is_short = False

    @cached_property
    def short_row(self) -> dict[str, Any] | None:
        """Return what the short row shows, None if the row needs all of its fields: it is new, at fault, or changed."""
        target = self["target"].value()
        if not (self.is_short and self.instance.pk) or self.errors or str(target) != str(self.instance.target_id):
            return None
        return {
            "prefix": self.prefix,
            "pk": self.instance.pk,
            "article": self.instance.article_id,
            "target": self.instance.target_id,
            "title": plain_text(self.instance.target.title),
            "provider": plain_text(self.instance.target.provider.name),
            "position": self["position"].value(),
            "is_deleted": "DELETE" in self.fields and bool(self["DELETE"].value()),
        }

    @property
    def media(self) -> forms.Media:
        return forms.Media() if self.is_short else super().media


class RelatedInline(KnownChoices, RelatedInlineBase):
    model = RelatedLink
    form = RelatedForm
    formset = ManyRows
    fk_name = "article"
    fields = ("position", "target", "provider")
    readonly_fields = ("provider",)
    autocomplete_fields = ("target",)
    template = "admin/articles/article/related.html"
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[RelatedLink]:
        return super().get_queryset(request).select_related("target__provider")

    def get_formset(self, request: HttpRequest, obj: Article | None = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.start = start_of(request.GET.get(FROM))
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field without Django's icons beside it, which take as long as all else of a row."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    @admin.display(description=_("provider"))
    def provider(self, link: RelatedLink) -> str | SafeString:
        """Return the provider's name as a link to the form of the related article."""
        if not link.pk:
            return ""
        url = reverse("admin:articles_article_change", args=[link.target_id])
        return format_html('<a href="{}">{}</a>', url, plain_text(link.target.provider.name))


def start_of(number: str | None) -> int:
    """Return where the page begins that a row is on, both counted from 0; the number is that of a request, from 1."""
    return ((number_from(number, least=1, most=MOST) or 1) - 1) // ROWS * ROWS


class RelatedPages(ArticleAdminBase):
    """A form that is saved to go on with another page of its related articles."""

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        """Redirect as Django does; back to the form with the page of related articles that was asked for, or that was open."""
        response = super().response_change(request, obj)
        if response.status_code != 302 or "_continue" not in request.POST:
            return response
        asked = number_from(request.POST["_continue"], least=1)
        number = start_of(request.POST["_continue"] if asked else request.GET.get(FROM)) + 1
        address = urlsplit(response["Location"])
        query = QueryDict(address.query, mutable=True)
        query.pop(FROM, None)
        if number > 1:
            query[FROM] = str(number)
        return redirect(
            address._replace(query=query.urlencode(), fragment="related_links-group" if asked else "").geturl()
        )
