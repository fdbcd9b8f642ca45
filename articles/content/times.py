"""Reads dates and times as the tools write them that people keep their files with. Pure.

YAML itself reads ISO dates with or without a time; everything else comes as text: an offset after a space or without a
colon, a time without seconds, anything in quotes, a date in words.
"""

import datetime as dt
import re
from email.utils import parsedate_tz
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Moment = dt.datetime | dt.date

EXAMPLE = "2023-09-01T15:40:00Z"

_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?P<fraction>[.,][0-9]+)?)?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
_ZONE = r"(?: *(?P<zone>Z|[+-][0-9]{1,2}(?::?[0-9]{2})?|[A-Za-z][A-Za-z_]*(?:/[A-Za-z_+-]+)*))?"
_TIME = rf"(?:(?:[Tt-]|,? +|, *)(?:at +)?{_CLOCK}{_ZONE})?"
_ISO = re.compile(rf"(?P<year>[0-9]{{4}})([-/.])(?P<month>[0-9]{{1,2}})\2(?P<day>[0-9]{{1,2}}){_TIME}")
_DIGITS = re.compile(
    r"(?P<year>[12][0-9]{3})(?P<month>[01][0-9])(?P<day>[0-3][0-9])(?:(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?)?"
)
_NAME = r"(?P<name>[A-Za-z]{3,9})\.?"
_NUMBER = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?\.?"
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?"
_IN_WORDS = (
    re.compile(rf"{_WEEKDAY}{_NAME} +{_NUMBER},? +(?P<year>[0-9]{{4}}){_TIME}", re.IGNORECASE),  # Jul 08 2022
    re.compile(rf"{_WEEKDAY}{_NUMBER}[ -]+{_NAME},?[ -]+(?P<year>[0-9]{{4}}){_TIME}", re.IGNORECASE),  # 8 July 2022
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)


@lru_cache(maxsize=4096)
def read_time(text: str) -> Moment | None:
    """Return the time, with its offset if it has one, or the date that a text says; None if it says none.

    Raises ValueError for one that cannot be, such as 30 February. Dates such as 07/08/2022 are not read: nobody knows
    which number is the month.
    """
    text = " ".join(text.split())
    for pattern in (_ISO, _DIGITS, *_IN_WORDS):
        if match := pattern.fullmatch(text):
            return _moment(match.groupdict())
    return None


def _moment(parts: dict[str, str | None]) -> Moment | None:
    month = _month(parts["name"] or "") if "name" in parts else int(parts["month"] or 0)
    if month is None:
        return None
    date = dt.date(int(parts["year"] or 0), month, int(parts["day"] or 0))
    if parts.get("hour") is None:
        return date
    hour = int(parts["hour"] or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError("hour must be in 1..12 before am and pm")
        hour = hour % 12 + (12 if half in "pP" else 0)
    fraction = (parts.get("fraction") or "")[1:7].ljust(6, "0")
    time = dt.time(hour, int(parts["minute"] or 0), int(parts.get("second") or 0), int(fraction))
    return _in_zone(dt.datetime.combine(date, time), parts.get("zone"))


def _month(name: str) -> int | None:
    name = name.lower()
    if name in _FULL_MONTHS:
        return _FULL_MONTHS.index(name) + 1
    return _MONTHS.index(name[:3]) + 1 if name in (*_MONTHS, "sept") else None


def _in_zone(time: dt.datetime, zone: str | None) -> dt.datetime | None:
    """Return ``time`` in a zone as it is written: ``Z``, an offset, ``PST`` or ``Europe/Berlin``; None if unknown."""
    if not zone:
        return time
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
        offset = dt.timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if zone[0] == "-" else 1)
        return time.replace(tzinfo=dt.timezone(offset))
    if "/" in zone:
        try:
            return time.replace(tzinfo=ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    # The abbreviations of RFC 2822; others mean several zones.
    parsed = parsedate_tz(f"1 Jan 2000 00:00:00 {zone.upper()}")
    known = zone.upper() in ("Z", "UT", "UTC", "GMT") or bool(parsed and parsed[9])
    return time.replace(tzinfo=dt.timezone(dt.timedelta(seconds=(parsed[9] or 0) if parsed else 0))) if known else None


def moment_of(value: Any) -> Moment | None:
    """Return the time or date of a value from a file, None if it is none; raise ValueError as ``read_time``."""
    if isinstance(value, dt.date):
        return value
    return read_time(value) if isinstance(value, str) else None


def says_zone(value: Any) -> bool:
    moment = moment_of(value)
    return isinstance(moment, dt.datetime) and moment.tzinfo is not None


def utc_time(value: Moment, zone: dt.tzinfo = dt.UTC) -> dt.datetime:
    """Return a time in UTC; a date is its first moment, and what names no zone is taken to be in ``zone``."""
    if not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time.min)
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(dt.UTC)


def written(value: dt.datetime) -> str:
    """Return a time in the form of the examples, with ``Z`` for UTC."""
    text = value.isoformat()
    return text.removesuffix("+00:00") + "Z" if value.utcoffset() == dt.timedelta(0) else text


def written_like(old: Any, new: dt.datetime, zone: dt.tzinfo = dt.UTC) -> Moment | str:
    """Return ``new`` as a file's value in the form of ``old``, the value that it replaces, or else in UTC.

    A form is kept where it says the same moment when it is read again: a date alone only for the first moment of a day.
    """
    like: Moment | str | None = None
    if isinstance(old, dt.datetime):
        like = new.astimezone(old.tzinfo or zone)
        like = like if old.tzinfo else like.replace(tzinfo=None)
    elif isinstance(old, dt.date):
        like = new.astimezone(zone).date()
    elif isinstance(old, str):
        like = _text_like(old, new, zone)
    if like is None or utc_time(moment_of(like) or dt.date.min, zone) != new:
        return new.astimezone(dt.UTC)
    return like


def _text_like(old: str, new: dt.datetime, zone: dt.tzinfo) -> str | None:
    """Return the text of a time with its numbers, and the name of its month, replaced by those of ``new``."""
    moment = read_time(old)
    if moment is None or old != " ".join(old.split()) or re.match(_WEEKDAY[3:-2], old, re.IGNORECASE):
        return None
    match = next(match for pattern in (_ISO, _DIGITS, *_IN_WORDS) if (match := pattern.fullmatch(old)))
    local = new.astimezone((moment.tzinfo if isinstance(moment, dt.datetime) else None) or zone)
    text = old
    for name in sorted((name for name, part in match.groupdict().items() if part), key=match.start, reverse=True):
        if (part := _part_like(name, match[name], local)) is not None:
            text = text[: match.start(name)] + part + text[match.end(name) :]
    return text


def _part_like(name: str, old: str, local: dt.datetime) -> str | None:
    """Return a part of a time, such as its hour, as it was written before; None for those that stay."""
    if name == "fraction":
        return old[0] + f"{local.microsecond:06}".ljust(len(old) - 1, "0")[: len(old) - 1]
    if name == "name":
        full = _FULL_MONTHS[local.month - 1]
        word = full if old.lower() in _FULL_MONTHS and len(old) > 3 else full[:3]
        return word.upper() if old.isupper() else word.capitalize() if old[0].isupper() else word
    if name in ("zone", "half"):
        return None
    number = str(getattr(local, name))
    return number.rjust(len(old), "0") if old[0] == "0" or len(old) > 1 else number
