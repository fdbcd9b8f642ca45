"""Topics and providers as rows of a CSV file.

Existing rows are read once, and rows of the file are checked against them, so that the cost of a row does not depend on
their number. A preview does the same as the import, but saves nothing and takes no lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from import_export.results import Result, RowResult

from articles.admin.known_rows import KnownProviders, KnownRows, KnownTopics
from articles.content.domains import normal_domain
from articles.editorial.renaming import save_edited
from articles.models import Provider, Topic
from articles.sync.names import DEFAULT_POSITION


class ListWidget(widgets.Widget):  # type: ignore[misc]
    """A list of texts in one cell, separated by semicolons."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[str]:
        return [part for each in str(value or "").split(";") if (part := " ".join(each.split()))]

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "; ".join(map(str, value or ()))


class NumberWidget(widgets.IntegerWidget):  # type: ignore[misc]
    """A whole number, with a readable error message."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> int | None:
        try:
            return None if self.is_empty(value) else int(value)
        except ValueError:
            raise ValueError(_("“%s” is not a whole number.") % value) from None


class ParentWidget(widgets.Widget):  # type: ignore[misc]
    """A topic by its slug, which may be in an earlier row of the same file."""

    def clean(self, value: Any, row: Any = None, *, known: KnownRows, **options: Any) -> Model | None:
        slug = str(value or "").strip()
        if slug and slug not in known.rows:
            raise ValueError(_("There is no topic with the address “%s”.") % slug)
        return known.rows[slug] if slug else None

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return value.slug if value else ""


@dataclass(frozen=True, slots=True)
class Cell:
    """The old and the new value of a column in a row."""

    old: str
    new: str

    @property
    def is_same(self) -> bool:
        return self.old == self.new


class EditedResource(resources.ModelResource):  # type: ignore[misc]
    """Rows that a file changes like an editor would, so that no import of articles changes them back."""

    known_rows: type[KnownRows]

    def import_data(self, dataset: Any, dry_run: bool = False, **options: Any) -> Any:
        name = self.get_import_id_fields()[0]
        if name not in dataset.headers:
            return self._refused(_("There is no column “%s”: the first row of the file names the columns.") % name)
        self.known = self.known_rows.load()
        if not dry_run:
            return super().import_data(dataset, rollback_on_validation_errors=True, **options)
        options.pop("raise_errors", None)
        # Without a transaction, with which SQLite would lock out writers.
        return self.import_data_inner(dataset, True, False, False, False, **options)

    def _refused(self, text: str) -> Result:
        result = self.get_result_class()()
        result.append_base_error(self.get_error_result_class()(text))
        return result

    def import_row(self, row: Mapping[str, str], instance_loader: Any, **options: Any) -> RowResult:
        result = RowResult()
        instance, before = self._instance(row)
        is_new, texts = not before, self._texts(instance)
        try:
            changed = self._take(instance, row, before)
            if changed and not options["dry_run"]:
                self._save(instance, changed)
        except ValidationError as error:
            for name, value in before.items():
                setattr(instance, name, value)
            result.import_type, result.validation_error = RowResult.IMPORT_TYPE_INVALID, error
            return result
        result.import_type = (
            RowResult.IMPORT_TYPE_NEW
            if is_new
            else RowResult.IMPORT_TYPE_UPDATE
            if changed
            else RowResult.IMPORT_TYPE_SKIP
        )
        old = [""] * len(texts) if is_new else texts
        result.diff = [Cell(*pair) for pair in zip(old, self._texts(instance), strict=True)]
        return result

    def _instance(self, row: Mapping[str, str]) -> tuple[Any, dict[str, Any]]:
        """Return the instance for a row's first column, with its old values, or a new instance."""
        name = self.get_import_id_fields()[0]
        text = row[name].strip()
        found = self.known.rows.get(text) or self.known.rows.get(self._meta.model._meta.get_field(name).to_python(text))
        if found is None:
            return self.init_instance(row), {}
        return found, {name: getattr(found, name) for name in (each.attribute for each in self.get_import_fields())}

    def _take(self, instance: Any, row: Mapping[str, str], before: Mapping[str, Any]) -> list[str]:
        """Set and check the values of a row; return the names of those that changed."""
        errors: dict[str, Any] = {}
        try:
            self.import_instance(instance, row, known=self.known)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for each in self.get_import_fields():
            # Texts of a list may contain semicolons: a cell that is still as exported changes nothing.
            old = before.get(each.attribute)
            if isinstance(each.widget, ListWidget) and old and row.get(each.column_name) == each.widget.render(old):
                setattr(instance, each.attribute, old)
        names = [each.attribute for each in self.get_import_fields()]
        changed = [name for name in names if name not in before or getattr(instance, name) != before[name]]
        if changed or errors:
            self.known.check(instance, before, errors)
        return changed

    def _save(self, instance: Any, changed: list[str]) -> None:
        save_edited(instance, changed)

    def _texts(self, instance: Any) -> list[str]:
        return [str(each.export(instance)) for each in self.get_import_fields()]

    def get_diff_headers(self) -> list[str]:
        return [each.column_name for each in self.get_import_fields()]


class TopicResource(EditedResource):
    known_rows = KnownTopics
    parent = fields.Field("parent", "parent", widget=ParentWidget())
    position = fields.Field("position", "position", widget=NumberWidget(), default=DEFAULT_POSITION)
    keywords = fields.Field("keywords", "keywords", widget=ListWidget())
    hashtags = fields.Field("hashtags", "hashtags", widget=ListWidget())

    class Meta:
        model = Topic
        fields = ("slug", "name", "shortname", "parent", "position", "description", "keywords", "hashtags")
        import_id_fields = ("slug",)
        use_transactions = report_skipped = True

    def filter_export(self, queryset: QuerySet[Topic], **options: Any) -> QuerySet[Topic]:
        return queryset.select_related("parent")

    def _save(self, instance: Topic, changed: list[str]) -> None:
        instance.is_parent_checked = True  # by known_rows
        super()._save(instance, changed)


class DomainWidget(widgets.CharWidget):  # type: ignore[misc]
    """A domain, however a table writes it."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> str:
        return normal_domain(str(value or "").strip())


class ProviderResource(EditedResource):
    known_rows = KnownProviders
    domain = fields.Field("domain", "domain", widget=DomainWidget())

    class Meta:
        model = Provider
        fields = ("domain", "name", "kind", "description")
        import_id_fields = ("domain",)
        use_transactions = report_skipped = True
