"""Dates in words, in the order of the page's language."""

import datetime as dt
from functools import cache

from django.utils import timezone
from django.utils.dateformat import DateFormat, re_escaped, re_formatchars
from django.utils.translation import get_language, pgettext, pgettext_lazy

CONTEXT = "format of a date"
# Translators put these formats into their language's order. times.js parses the results again, so that each needs the
# day before the year, the month in letters, and hours from 00 to 23.
FORMATS = (
    pgettext_lazy("format of a date", "H:i"),
    pgettext_lazy("format of a date", "F Y"),
    pgettext_lazy("format of a date", "j F Y"),
    pgettext_lazy("format of a date", "j M Y"),
    pgettext_lazy("format of a date", "j F Y, H:i"),
    pgettext_lazy("format of a date", "j M Y, H:i"),
    pgettext_lazy("format of a date", "l j F Y, H:i T"),
)


def written(when: dt.date, form: str) -> str:
    """Return a date, or a time in the zone of the page, in one of FORMATS."""
    if isinstance(when, dt.datetime) and timezone.is_aware(when):
        when = timezone.localtime(when)
    formatter, language = DateFormat(when), get_language() or ""
    words = {"F": when.month, "M": when.month, "l": when.weekday()}
    return "".join(
        [
            each if not is_letter
            else _word(each, words[each], language) if each in words
            else str(getattr(formatter, each)())
            for is_letter, each in _parts(form, language)
        ]
    )  # fmt: skip


@cache
def _parts(form: str, language: str) -> list[tuple[bool, str]]:
    """Return a format in the current language: letters for parts of the date, and what is between them."""
    pieces = enumerate(re_formatchars.split(pgettext(CONTEXT, form)))
    return [(bool(number % 2), each if number % 2 else re_escaped.sub(r"\1", each)) for number, each in pieces if each]


@cache
def _word(letter: str, number: int, language: str) -> str:
    """Return the name of a month or day of the week in the current language, in the form of a format's letter."""
    # The first of January 2024 was a Monday.
    day = dt.date(2024, 1, number + 1) if letter == "l" else dt.date(2024, number, 1)
    return str(getattr(DateFormat(day), letter)())
