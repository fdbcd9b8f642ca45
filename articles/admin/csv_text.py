"""Reads CSV files as spreadsheets write them, whatever their encoding and delimiter."""

import codecs
import csv
import io

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from tablib import Dataset

MAX_ROWS = 5000
DELIMITERS = ",;\t"  # the one that gives most columns is used
MARK = "\ufeff"  # the byte order mark, by which spreadsheets recognise UTF-8
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read_csv(data: bytes) -> Dataset:
    """Return the rows below the first one, which names the columns; raise ValidationError with a message for editors."""
    rows = _rows(_text(data))
    if not rows:
        raise ValidationError(_("The file is empty."))
    if len(rows) - 1 > MAX_ROWS:
        texts = {"rows": len(rows) - 1, "most": MAX_ROWS}
        raise ValidationError(
            _("The file has %(rows)d rows; at most %(most)d can be imported at once: split it into several files.")
            % texts
        )
    names = [name.strip().lower() for name in rows[0]]
    return Dataset(*(_fitted(row, len(names), number) for number, row in enumerate(rows[1:], 1)), headers=names)


def _text(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValidationError(_("The encoding of this file is not known: save it as “CSV UTF-8” and choose it again."))
    return text


def _rows(text: str) -> list[list[str]]:
    """Return the rows that are not empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    try:
        delimiter = max(DELIMITERS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise ValidationError(_("This is not a CSV file: save it as “CSV UTF-8” and choose it again.")) from None
    return [row for row in rows if any(cell.strip() for cell in row)]


def _fitted(row: list[str], width: int, number: int) -> list[str]:
    """Return a row padded or cut to the length of the first one, as spreadsheets add or omit empty cells at the end."""
    if any(cell.strip() for cell in row[width:]):
        raise ValidationError(_("Row %d has more cells than there are columns.") % number)
    return [*row[:width], *[""] * (width - len(row))]
