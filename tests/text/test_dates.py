"""Dates are written as Django's own formatter does, in every language and zone."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from django.utils.dateformat import format as django_format
from django.utils.translation import pgettext

from articles.text.dates import CONTEXT, FORMATS, written

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "America/Sao_Paulo")
TIMES = (
    dt.datetime(2024, 2, 29, 23, 59, tzinfo=dt.UTC),
    dt.datetime(2024, 10, 27, 0, 30, tzinfo=dt.UTC),  # 02:30 in Berlin, for the first time
    dt.datetime(2024, 10, 27, 1, 30, tzinfo=dt.UTC),  # and again
    dt.datetime(2024, 12, 1, 5, 7, tzinfo=dt.UTC),
    dt.datetime(987, 1, 2, 3, 4, tzinfo=dt.UTC),
)


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("zone", ZONES)
def test_times_are_written_as_django_writes_them(language: str, zone: str) -> None:
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        for form in map(str, FORMATS):
            for when in TIMES:
                expected = django_format(timezone.localtime(when), pgettext(CONTEXT, form))
                assert written(when, form) == expected


def test_a_day_needs_no_zone() -> None:
    with translation.override("de"):
        assert written(dt.date(2024, 3, 5), "j F Y") == "5. März 2024"
