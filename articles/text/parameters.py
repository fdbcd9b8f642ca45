"""Query and form parameters -> numbers, days, times and texts that are safe to pass to a database.

Pure functions that never raise: for unusable input they return None, 0 or an empty text.
"""

import datetime as dt
import re
from collections.abc import Iterable
from contextlib import suppress

MAX_NUMBER = 2**63 - 1  # the largest that a BigIntegerField holds
# Days whose beginning and end exist as datetimes in every time zone.
FIRST_DAY, LAST_DAY = dt.date(1, 1, 2), dt.date(9999, 12, 30)
_NUMBER = re.compile(r"-?[0-9]{1,19}")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def number_from(text: str | None, least: int = 0, most: int = MAX_NUMBER) -> int | None:
    """Return ``text`` as a number from ``least`` to ``most``, or None; only the digits 0 to 9 count."""
    if text is None or not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    return number if least <= number <= most else None


def parse_pk(text: str | None) -> int:
    """Return ``text`` as an id, or 0, which no row has; every id in an address or a form is read here."""
    return number_from(text) or 0


def parse_pks(texts: Iterable[str]) -> list[int]:
    """Return the ids among ``texts``, in their order."""
    return [pk for text in texts if (pk := parse_pk(text))]


def day_of(year: int, month: int, day: int = 1) -> dt.date | None:
    """Return a date, or None if the calendar has no such day."""
    with suppress(ValueError, OverflowError):
        found = dt.date(year, month, day)
        return found if FIRST_DAY <= found <= LAST_DAY else None
    return None


def day_from(text: str | None) -> dt.date | None:
    """Return a date as forms send it (``2023-09-01``), or None."""
    match = _DAY.fullmatch(text or "")
    return day_of(int(match[1]), int(match[2]), int(match[3])) if match else None


def time_from(text: str | None) -> dt.datetime | None:
    """Return an ISO 8601 time with a zone in UTC, or None."""
    with suppress(ValueError, OverflowError):
        time = dt.datetime.fromisoformat(text or "")
        if time.tzinfo is not None:
            time = time.astimezone(dt.UTC)
            return time if FIRST_DAY <= time.date() <= LAST_DAY else None
    return None


def text_from(text: str | None, most: int) -> str:
    """Return ``text`` stripped, cut to ``most`` characters, with NUL and lone surrogates replaced by U+FFFD."""
    clean = re.sub("[\x00\ud800-\udfff]", "\ufffd", text or "")
    return clean.strip()[:most]
