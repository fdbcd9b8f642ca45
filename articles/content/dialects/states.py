"""Reads from front matter whether a file is published, and until when. Pure."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from articles.content.dialects.texts import as_flag, as_text
from articles.content.expiry import EXPIRY_KEYS
from articles.content.times import moment_of, utc_time

HIDING = ("draft", "isDraft", "unlisted", "hidden", "eleventyExcludeFromCollections")
HIDDEN = ("draft", "private", "archived", "unpublished")  # values of ``status``


class State(NamedTuple):
    """Whether a file is hidden, the keys that say so or not, and until when it is published, with the key of that."""

    is_hidden: bool
    names: tuple[str, ...]
    until: tuple[dt.datetime, str] | None


def spelling_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return the keys of a file by what they are in lower case: tools such as Hugo take ``Tags`` for ``tags``."""
    return {key.lower(): key for key in raw}


def state_of(
    raw: Mapping[str, Any], spelling: Mapping[str, str], path: str, zone: dt.tzinfo, now: dt.datetime
) -> State:
    """Return the state of a file; ``zone`` is that of times that name none."""
    hidden, names = raw.get("permalink") is False, []
    for key in (*HIDING, "published", "status"):
        name = key if key in raw else spelling.get(key.lower(), key)
        flag = as_flag(raw.get(name))
        if key == "status":
            is_hiding = as_text(raw.get(name)).lower() in HIDDEN
        else:
            is_hiding = flag is not None and flag is (key != "published")
        if is_hiding or (flag is not None and key != "status"):
            names.append(name)
        hidden |= is_hiding
    # A flag of the file's own outweighs the folder.
    hidden |= path.startswith("_drafts/") and not names
    until = _until(raw, spelling, zone)
    return State(hidden or bool(until and until[0] <= now), tuple(names), until)


def _until(raw: Mapping[str, Any], spelling: Mapping[str, str], zone: dt.tzinfo) -> tuple[dt.datetime, str] | None:
    for key in EXPIRY_KEYS:
        name = key if key in raw else spelling.get(key.lower(), key)
        try:
            moment = moment_of(raw.get(name))
        except ValueError:
            continue
        if moment is not None:
            return utc_time(moment, zone), name
    return None
