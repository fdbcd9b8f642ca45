"""Dates and times as people's tools write them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from articles.content.dialects.dialect import Dialect
from articles.content.parsing import parse_article
from articles.content.times import moment_of, read_time, says_zone, utc_time, written_like
from tests.support.site_files import article_text

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def utc(*numbers: int) -> dt.datetime:
    return dt.datetime(*numbers, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-08-08 22:44:26 -0700", utc(2024, 8, 9, 5, 44, 26)),
        ("2024-08-08 22:44 -07:00", utc(2024, 8, 9, 5, 44)),
        ("2024-08-08T22:44:26-0700", utc(2024, 8, 9, 5, 44, 26)),
        ("2024-08-08T22:44:26 +02", utc(2024, 8, 8, 20, 44, 26)),
        ("2024-08-08T22:44Z", utc(2024, 8, 8, 22, 44)),
        ("2024-08-08 22:44:26 UTC", utc(2024, 8, 8, 22, 44, 26)),
        ("2024-08-08 22:44:26 PST", utc(2024, 8, 9, 6, 44, 26)),
        ("2024-08-08 22:44:26 Europe/Berlin", utc(2024, 8, 8, 20, 44, 26)),
        ("2024-04-08T14:31:00.000Z", utc(2024, 4, 8, 14, 31)),
        ("2024-04-08T14:31", utc(2024, 4, 8, 12, 31)),
        ("2024-04-08 2:31 PM", utc(2024, 4, 8, 12, 31)),
        ("2024-4-8", utc(2024, 4, 7, 22)),
        ("2024/04/08 14:31:05", utc(2024, 4, 8, 12, 31, 5)),
        ("20240408", utc(2024, 4, 7, 22)),
        ("Jul 08 2022", utc(2022, 7, 7, 22)),
        ("July 8th, 2022", utc(2022, 7, 7, 22)),
        ("Jul 08, 2022 at 10:30", utc(2022, 7, 8, 8, 30)),
        ("8 July 2022", utc(2022, 7, 7, 22)),
        ("Fri, 08 Jul 2022 10:00:00 +0000", utc(2022, 7, 8, 10)),
        ("Fri, 08 Jul 2022 10:00:00 GMT", utc(2022, 7, 8, 10)),
    ],
)
def test_what_tools_write_is_read(text: str, expected: dt.datetime) -> None:
    moment = read_time(text)
    assert moment is not None
    assert utc_time(moment, BERLIN) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "07/08/2022", "2024", "12:30", "Juli 2024", "2024-08-08 10:00 XYZ"])
def test_what_says_no_certain_date_is_not_read(text: str) -> None:
    assert read_time(text) is None


@pytest.mark.parametrize("text", ["2024-02-30", "2024-01-01 25:00", "Feb 30 2024", "2024-01-01 13:00 PM"])
def test_a_date_that_cannot_be_is_told_from_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be|out of range|is not a valid"):
        read_time(text)


def test_only_a_time_with_an_offset_says_a_zone() -> None:
    values = [utc(2024, 1, 1), dt.datetime(2024, 1, 1), dt.date(2024, 1, 1), "2024-01-01 10:00 +0100", "2024-01-01", 5]  # noqa: DTZ001
    assert [says_zone(value) for value in values] == [True, False, False, True, False, False]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2024-08-08 22:44:26 -0700", "2024-12-01 02:05:00 -0700"),
        ("2024-04-08T14:31", "2024-12-01T10:05"),
        ("2024-04-08T14:31:00.000Z", "2024-12-01T09:05:00.000Z"),
        ("Jul 08 2022 10:30", "Dec 01 2024 10:05"),
        ("8 july 2022 10:30 UTC", "1 december 2024 09:05 UTC"),
        # These cannot say the hour.
        ("Jul 08 2022", utc(2024, 12, 1, 9, 5)),
        (dt.date(2022, 7, 8), utc(2024, 12, 1, 9, 5)),
        # This one would have to name another day of the week.
        ("Fri, 08 Jul 2022 10:00:00 GMT", utc(2024, 12, 1, 9, 5)),
        (dt.datetime(2024, 8, 8, 10), dt.datetime(2024, 12, 1, 10, 5)),  # noqa: DTZ001
        (dt.datetime(2024, 8, 8, 10, tzinfo=dt.timezone(dt.timedelta(hours=5))), "2024-12-01 14:05:00+05:00"),
        (None, utc(2024, 12, 1, 9, 5)),
    ],
)
def test_an_edited_time_is_written_in_the_form_of_the_old_one(old: object, new: object) -> None:
    written = written_like(old, utc(2024, 12, 1, 9, 5), BERLIN)
    assert str(written) == str(new)
    assert utc_time(moment_of(written) or dt.date.min, BERLIN) == utc(2024, 12, 1, 9, 5)


def test_a_date_alone_stays_one_for_the_first_moment_of_a_day() -> None:
    assert written_like(dt.date(2022, 7, 8), utc(2024, 11, 30, 23), BERLIN) == dt.date(2024, 12, 1)
    assert written_like("Jul 08 2022", utc(2024, 11, 30, 23), BERLIN) == "Dec 01 2024"


@pytest.mark.parametrize("value", ["2024-08-08 22:44:26 -0700", '"2024-08-08T22:44:26-07:00"', "2024-08-08T22:44Z"])
def test_files_may_write_times_in_other_ways(value: str) -> None:
    parsed = parse_article("a.md", article_text(publishedDateTime=value).encode(), NOW)
    assert parsed.problems == ()


def test_a_time_without_zone_is_in_the_sites_zone_and_the_warning_shows_the_line_as_it_should_be() -> None:
    text = article_text(publishedDateTime="2024-08-08T14:31").encode()
    parsed = parse_article("a.md", text, NOW, Dialect(zone=BERLIN))
    assert parsed.record is not None
    assert parsed.record.published_date_time == utc(2024, 8, 8, 12, 31)
    assert [problem.message for problem in parsed.problems] == [
        "publishedDateTime names no zone; it is taken as Europe/Berlin"
        " (write publishedDateTime: 2024-08-08T14:31:00+02:00)"
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("yesterday", "must be a date and time, not 'yesterday'; write publishedDateTime: 2023-09-01T15:40:00Z"),
        ("Feb 30 2024", "is no date that can be: day is out of range for month in 'Feb 30 2024'"),
    ],
)
def test_an_error_shows_the_line_as_it_should_be(value: str, message: str) -> None:
    parsed = parse_article("a.md", article_text(publishedDateTime=value).encode(), NOW)
    assert [problem.message for problem in parsed.problems] == [f"publishedDateTime {message}"]
