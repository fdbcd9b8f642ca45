"""Dates in words, in the order of the page's language."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext, pgettext_lazy

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
    return date_format(when, pgettext(CONTEXT, form))
