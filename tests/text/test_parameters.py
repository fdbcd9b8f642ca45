"""Numbers, ids and days as addresses and forms send them."""

import datetime as dt

import pytest

from articles.text.parameters import MAX_NUMBER, day_from, number_from, parse_pk, parse_pks


@pytest.mark.parametrize(
    "text", [None, "", "0", "-1", "1.0", " 1", "1_000", "x", "٣", "²", "9" * 19, "9" * 5000, "1\x00"]
)
def test_what_is_no_id_is_the_one_that_no_row_has(text: str | None) -> None:
    assert parse_pk(text) == 0


def test_ids_are_numbers_that_a_column_holds() -> None:
    assert (parse_pk("7"), parse_pk("007"), parse_pk(str(MAX_NUMBER)), parse_pk(str(MAX_NUMBER + 1))) == (
        7,
        7,
        MAX_NUMBER,
        0,
    )
    assert parse_pks(["3", "x", "1", "0", "3"]) == [3, 1, 3]


def test_numbers_beyond_their_bounds_are_none() -> None:
    assert [number_from(text, 1, 5) for text in ("0", "1", "5", "6", "-1")] == [None, 1, 5, None, None]


def test_days_that_no_calendar_has_are_none() -> None:
    assert day_from("2024-02-29") == dt.date(2024, 2, 29)
    assert [day_from(text) for text in (None, "", "2023-02-29", "2023-2-9", "0001-01-01", "9999-12-31")] == [None] * 6
