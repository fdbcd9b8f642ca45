"""The headlines that an article had before, as its page tells them."""

import datetime as dt
import json
import unicodedata
from typing import NamedTuple

from django.utils.dateparse import parse_datetime

from articles.text.rendering import plain_text

# A headline that was there for less is one that somebody was still writing.
STOOD = dt.timedelta(minutes=10)
# How the same sign is written here and there.
_SIGNS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "..."})


class Headline(NamedTuple):
    """What stood above an article, and until when."""

    title: str
    until: dt.datetime


def headlines_before(title: str, published: dt.datetime, titles_json: str | None) -> list[Headline]:
    """Return the headlines that readers saw above an article published then, latest first.

    ``titles_json`` is that of ``page_row``. What differs only in white space, case or the form of signs is the same
    headline.
    """
    since, stood = published, []
    for time, before in sorted(json.loads(titles_json or "[]")):
        until = _time(time)
        if until - since >= STOOD:
            stood.append(Headline(plain_text(before), until))
        since = until
    # By what is said, the last time that it stood.
    latest = {_said(each.title): each for each in stood}
    latest.pop(_said(title), None)
    return sorted(latest.values(), key=lambda each: each.until, reverse=True)


def _said(title: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", title.translate(_SIGNS)).casefold().split())


def _time(text: str) -> dt.datetime:
    """Return a time from the JSON of a database; SQLite leaves out the zone, which is UTC."""
    time = parse_datetime(text)
    if time is None:
        raise ValueError(f"no time: {text}")
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)
