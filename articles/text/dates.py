"""Dates in words, in the order of the page's language."""

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

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

Part: TypeAlias = Callable[[Any], str]


def written(when: dt.date, form: str) -> str:
    """Return a date, or a time in the zone of the page, in one of FORMATS."""
    if isinstance(when, dt.datetime) and timezone.is_aware(when):
        when = timezone.localtime(when)
    return in_language(when, form, get_language() or "")


def in_language(when: dt.date, form: str, language: str) -> str:
    """Return a date, or a time in the zone that it has, in one of FORMATS; ``language`` is the current one."""
    return "".join([part if isinstance(part, str) else part(when) for part in _parts(form, language)])


@cache
def _parts(form: str, language: str) -> list[str | Part]:
    """Return a format in the current language: functions for its letters, and what is between them."""
    pieces = enumerate(re_formatchars.split(pgettext(CONTEXT, form)))
    return [_part(each, language) if number % 2 else re_escaped.sub(r"\1", each) for number, each in pieces if each]


def _part(letter: str, language: str) -> Part:
    """Return what writes one letter of a format; ``DateFormat`` knows them all, but takes ten times as long."""
    if letter == "l":
        return lambda when: _word(letter, when.weekday(), language)
    if letter in "FM":
        return lambda when: _word(letter, when.month, language)
    return PARTS.get(letter) or (lambda when: _formatted(when, letter))


def _formatted(when: dt.date, letter: str) -> str:
    return str(getattr(DateFormat(when), letter)())


def _zone(when: Any) -> str:
    """Return the name of a time's zone, or the difference where it does not say which of two hours is meant."""
    is_clear = when.replace(fold=1 - when.fold).utcoffset() == when.utcoffset()
    return (is_clear and when.tzname()) or _formatted(when, "T")


PARTS: dict[str, Callable[[Any], str]] = {
    "H": lambda when: f"{when.hour:02}",
    "i": lambda when: f"{when.minute:02}",
    "j": lambda when: str(when.day),
    "Y": lambda when: f"{when.year:04}",
    "T": _zone,
}


@cache
def _word(letter: str, number: int, language: str) -> str:
    """Return the name of a month or day of the week in the current language, in the form of a format's letter."""
    # The first of January 2024 was a Monday.
    day = dt.date(2024, 1, number + 1) if letter == "l" else dt.date(2024, number, 1)
    return _formatted(day, letter)
