"""Import and export of CSV in the admin: a preview, which only reads, then one action for the whole file."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core import signing
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV
from import_export.forms import ImportForm
from import_export.tmp_storages import BaseStorage
from tablib import Dataset

from articles.admin.base import RecordedAdmin, show_action_message
from articles.admin.csv_text import MARK, read_csv
from articles.changes import stories_at_the_end
from articles.editorial.recording import recording

MAX_BYTES = 1_000_000
MAX_AGE = 86_400  # seconds between the preview and its confirmation
# First characters by which spreadsheets take a text for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula; ``unguarded`` is the reverse."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_SIGNS) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_SIGNS) else text


class GuardedCsv(CSV):  # type: ignore[misc]
    """CSV without formulas, and with the byte order mark by which spreadsheets recognise UTF-8."""

    def export_data(self, dataset: Any, **options: Any) -> Any:
        rows = [[guarded(str(cell)) for cell in row] for row in dataset]
        return MARK + super().export_data(Dataset(*rows, headers=dataset.headers), **options)

    def create_dataset(self, in_stream: bytes, **options: Any) -> Dataset:
        dataset = read_csv(in_stream)
        return Dataset(*([unguarded(cell) for cell in row] for row in dataset), headers=dataset.headers)


class SignedStorage(BaseStorage):  # type: ignore[misc]
    """Stores a file between preview and confirmation in the page itself, signed, instead of a temporary file."""

    def save(self, data: bytes) -> None:
        self.name = signing.dumps(data.decode("latin-1"), salt="csv", compress=True)

    def read(self) -> bytes:
        try:
            text: str = signing.loads(self.name, salt="csv", max_age=MAX_AGE)
        except signing.BadSignature:
            raise SuspiciousOperation("not a file that was looked at here") from None
        return text.encode("latin-1")

    def remove(self) -> None: ...


class SmallImportForm(ImportForm):  # type: ignore[misc]
    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("The file has more than %d KB.") % (MAX_BYTES // 1000))
        read_csv(file.read())
        file.seek(0)
        return file


class CsvAdmin(ImportExportMixin, RecordedAdmin):  # type: ignore[misc]
    """A model with import and export, for those who may add and change its rows."""

    formats = [GuardedCsv]
    import_form_class = SmallImportForm
    tmp_storage_class = SignedStorage
    skip_export_form = True
    skip_admin_log = True
    import_template_name = "admin/articles/catalogue/import.html"
    import_export_change_list_template = "admin/articles/catalogue/change_list.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Return the rows of the list as CSV; with filters that there are not, go to the list, as that would."""
        try:
            response: HttpResponse = super().export_action(request)
        except IncorrectLookupParameters:
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return response

    def process_dataset(self, dataset: Any, form: Any, request: HttpRequest, **options: Any) -> Any:
        summary = _("Imported %(kind)s from a CSV file") % {"kind": self.opts.verbose_name_plural}
        with stories_at_the_end(), recording(request.user, "import", summary) as record:
            self.watch_all(record)
            result = super().process_dataset(dataset, form, request, **options)
        request.recorder = record  # type: ignore[attr-defined]
        return result

    def watch_all(self, record: Any) -> None:
        """Make an action record what a file may change."""
        record.watch(self.model)

    def add_success_message(self, result: Any, request: HttpRequest) -> None:
        if result.has_errors() or result.has_validation_errors():
            messages.error(request, _("Nothing was imported: rows have changed since the preview."))
            return
        action = request.recorder.action  # type: ignore[attr-defined]
        if action is None:
            messages.info(request, _("The file contains no changes."))
        show_action_message(request, action)
