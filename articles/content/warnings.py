"""Warnings and notes about valid values that look like mistakes."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from articles.content.image_files import is_own
from articles.content.schema import ArticleRecord, EntryRecord, shown_value
from articles.content.times import says_zone, written
from articles.content.validation import name_of
from articles.content.yaml.characters import is_suspect
from articles.content.yaml.reader import Where


def oddities(
    values: Any, record: ArticleRecord, now: dt.datetime, zone: dt.tzinfo = dt.UTC
) -> Iterator[tuple[Where, str, str]]:
    """Yield what looks like a mistake in an article, without its entries; ``record`` has its validated ``values``."""
    if record.published_date_time > now:
        yield ("publishedDateTime",), "W402", "publishedDateTime is in the future; the article is not listed until then"
    yield from entry_oddities((), values, record, zone)


def entry_oddities(
    where: Where, values: Any, record: EntryRecord, zone: dt.tzinfo = dt.UTC
) -> Iterator[tuple[Where, str, str]]:
    """Yield what looks like a mistake in the fields that articles and entries share."""
    time = values["publishedDateTime"]
    if not (isinstance(time, dt.datetime) and time.tzinfo) and not says_zone(time):
        place = (*where, "publishedDateTime")
        line = f"publishedDateTime: {written(record.published_date_time.astimezone(zone))}"
        yield place, "W401", f"{name_of(place)} names no zone; it is taken as {zone} (write {line})"
    for index, image in enumerate(record.images):
        # The size of the site's own images may be read from their files, which is not done here.
        if not (image.is_sized or is_own(image.url)):
            place = (*where, "images", index)
            yield place, "W404", unsized_image(place)


def unsized_image(where: Where) -> str:
    """Return the message of W404."""
    return f"{name_of(where)} has no usable width and height; it is not shown"


def repeated_entries(addresses: Iterable[str]) -> Iterator[tuple[Where, str, str]]:
    """Yield the entries of a list that have the address of an earlier one."""
    seen: set[str] = set()
    for index, address in enumerate(addresses):
        if address in seen:
            yield (
                ("related", index),
                "N502",
                f"related[{index + 1}] lists {shown_value(address)} again; it is linked once",
            )
        seen.add(address)


def suspect_texts(value: Any, where: Where = ()) -> Iterator[tuple[Where, str, str]]:
    """Yield texts and keys anywhere in a file's values that contain characters nobody wants to publish."""
    if isinstance(value, str):
        if "\0" in value:
            yield where, "E306", f"{name_of(where)} contains a NUL character, which no database keeps"
        elif is_suspect(value):
            yield (
                where,
                "W403",
                f"{name_of(where)} contains control characters, or some that reorder text; they are not shown",
            )
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from suspect_texts(key, (*where, key))
            yield from suspect_texts(each, (*where, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from suspect_texts(each, (*where, index))
