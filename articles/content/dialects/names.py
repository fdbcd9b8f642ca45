"""Reads the day and the slug in names of files and folders as people write them. Pure."""

import datetime as dt
import re
from typing import NamedTuple

# As Jekyll reads them, and what stands in front of them by mistake or to hide a file: "#", "-", a space.
_NAME = re.compile(r"[\s#_-]*(\d{4}|\d{2})-(\d{1,2})-(\d{1,2})(?:-+|\s+|_+)(.+)", re.ASCII)


class DatedName(NamedTuple):
    """The day (or None) and the slug of a name such as ``2023-09-01-slug``."""

    day: dt.date | None
    slug: str


def dated_name(stem: str, is_jekyll: bool) -> DatedName:
    """Return what a name without its ending says; only Jekyll's have years of two digits. Without a day, no slug."""
    match = _NAME.fullmatch(stem)
    if match is None or (len(match[1]) == 2 and not is_jekyll):
        return DatedName(None, "")
    year, month, day = (int(match[number]) for number in (1, 2, 3))
    if month > 12 >= day:  # 2017-18-08 can mean nothing else
        month, day = day, month
    try:
        return DatedName(dt.date(year + 2000 if year < 100 and len(match[1]) == 2 else year, month, day), match[4])
    except ValueError:
        return DatedName(None, match[4])


def dated_path(path: str, is_jekyll: bool) -> DatedName:
    """Return what a file's name says, with the day of its folder, as of ``2023-09-01-slug/index.md``, if it has none."""
    folder, _, name = path.rpartition("/")
    found = dated_name(name.rpartition(".")[0], is_jekyll)
    return found if found.day else DatedName(dated_name(folder.rpartition("/")[2], is_jekyll).day, found.slug)
