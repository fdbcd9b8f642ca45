"""Topics and providers as rows of a CSV file."""

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets

from articles.catalogue import keep_old_words
from articles.content.taxonomy import DEFAULT_POSITION
from articles.editing import note_edited_fields
from articles.models import Provider, Topic


class ListWidget(widgets.Widget):  # type: ignore[misc]
    """A list of texts in one cell, with semicolons between them."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[str]:
        return [part for each in str(value or "").split(";") if (part := " ".join(each.split()))]

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "; ".join(map(str, value or ()))


class NumberWidget(widgets.IntegerWidget):  # type: ignore[misc]
    """A whole number, whose fault is told in words."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> int | None:
        try:
            return None if self.is_empty(value) else int(value)
        except ValueError:
            raise ValueError(_("“%s” is no whole number.") % value) from None


class PlainDiff(resources.Diff):  # type: ignore[misc]
    """What a row changes, without the inline styles that the security policy forbids."""

    def as_html(self) -> Iterable[SafeString]:
        for before, after in zip(self.left, self.right, strict=True):
            pair = [("old", before), ("new", after)] if before != after else [("same", after)]
            shown = [(name, text) for name, text in pair if text or name == "same"]
            yield format_html_join(" ", '<span class="csv__{}">{}</span>', shown)


class EditedResource(resources.ModelResource):  # type: ignore[misc]
    """Rows that a file changes as an editor does: noted, so that no import of articles changes them back."""

    def import_instance(self, instance: Any, row: Any, **options: Any) -> None:
        columns = [each.attribute for each in self.get_import_fields()]
        before = {name: getattr(instance, name) for name in columns}
        instance.was = before
        super().import_instance(instance, row, **options)
        changed = [name for name in columns if instance.pk is None or getattr(instance, name) != before[name]]
        note_edited_fields(instance, changed)

    @classmethod
    def get_diff_class(cls) -> type[PlainDiff]:
        return PlainDiff


class TopicResource(EditedResource):
    parent = fields.Field("parent", "parent", widget=widgets.ForeignKeyWidget(Topic, "slug"))
    position = fields.Field("position", "position", widget=NumberWidget(), default=DEFAULT_POSITION)
    keywords = fields.Field("keywords", "keywords", widget=ListWidget())
    hashtags = fields.Field("hashtags", "hashtags", widget=ListWidget())

    class Meta:
        model = Topic
        fields = ("slug", "name", "shortname", "parent", "position", "description", "keywords", "hashtags")
        import_id_fields = ("slug",)
        clean_model_instances = skip_unchanged = report_skipped = use_transactions = True

    def after_save_instance(self, instance: Topic, row: Any, **options: Any) -> None:
        keep_old_words(instance, instance.was["name"] or instance.name, instance.slug)  # type: ignore[attr-defined]


class ProviderResource(EditedResource):
    class Meta:
        model = Provider
        fields = ("domain", "name", "kind", "description")
        import_id_fields = ("domain",)
        clean_model_instances = skip_unchanged = report_skipped = use_transactions = True
