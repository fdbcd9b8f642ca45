"""Reads names of files and folders, and paths of the site, as people write them. Pure."""

import datetime as dt
import posixpath
import re
from typing import Any, NamedTuple

from articles.content.domains import host_of
from articles.content.schema import is_address

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


def title_from(slug: str) -> str:
    """Return a title for an article that has none but its slug."""
    return re.sub(r"[-_]+", " ", slug).strip().capitalize()


def own_path(value: Any, domain: str) -> str:
    """Return a path of the site that once led to an article; names, templates and other sites are none."""
    text = value.strip() if isinstance(value, str) else ""
    if is_address(text) and host_of(text) == domain:
        text = f"/{text.partition('//')[2].partition('/')[2]}"
    if re.search(r"[\s:{}\\]", text) or text.startswith("//") or not text:
        return ""
    if not text.startswith("/"):
        if not ("/" in text or "." in text):
            return ""
        text = f"/{text}"
    return posixpath.normpath(text.partition("#")[0].partition("?")[0]).removesuffix("/index.html")[:1000]
