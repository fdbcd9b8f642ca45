"""What identifies articles, topics and images: addresses, keys and paths. Pure, for imports and checks."""

import contextlib
import datetime as dt
import os
import re
import unicodedata
from collections.abc import Collection, Container, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zlib import crc32

from articles.content.dialects.dialect import Dialect
from articles.content.layout import ARTICLE_SUFFIXES, NEWS_FOLDER, SLUG_LENGTH, dated_name, slug_from
from articles.content.parsing import Parsed
from articles.content.schema import ArticleRecord
from articles.content.times import moment_of
from articles.content.values import OwnImage, own_images
from articles.content.yaml.characters import SLUG_PATTERN, name_key

Address = tuple[dt.date, str]
USUAL_FOLDERS = frozenset({"content", "src", "data", "pages", "posts", "post", "blog", "news", "articles", "docs"})


def address_of(parsed: Parsed[ArticleRecord], record: ArticleRecord) -> Address:
    """Return the date and slug of an article's address, from its file's name, or else from its time and title.

    The day is the one that the file says, whatever day it was elsewhere at that time.
    """
    if address := parsed.translated.address or named_address(parsed.path):
        return address
    moment = moment_of(parsed.values["publishedDateTime"]) or record.published_date_time
    date = moment.date() if isinstance(moment, dt.datetime) else moment
    return date, slug_from(record.title) or f"article-{crc32(parsed.path.encode()):08x}"


def addresses_for(path: str, address: Address, dialect: Dialect) -> Iterator[Address]:
    """Yield the addresses that a new article may have, in order of preference: the first that no other has is its own.

    Files of other tools may have one name in several folders, such as those of languages: these add their folders'
    names. A file in the house's style has one address.
    """
    yield address
    if dialect.is_house:
        return
    date, slug = address
    folders = [part for folder in path.split("/")[-2::-1] if (part := slug_from(folder))]
    # The nearest one says most, but for names that such folders have everywhere.
    for folder in sorted(folders, key=USUAL_FOLDERS.__contains__):
        if folder != slug:
            yield date, f"{slug[: SLUG_LENGTH - len(folder) - 1]}-{folder}"
    for number in range(2, 1000):
        yield date, f"{slug[: SLUG_LENGTH - 4]}-{number}"


def named_address(path: str) -> Address | None:
    """Return the address that follows from a file's name alone, or None."""
    numbers, name = dated_name(path)
    slug = slug_from(name)
    if numbers and slug:
        with contextlib.suppress(ValueError):
            return dt.date(*numbers), slug
    return None


def named_addresses(root: Path, without: Container[str]) -> dict[Address, str]:
    """Return the paths of a site's article files by the addresses that follow from their names; reads no file."""
    paths: dict[Address, str] = {}
    for folder, subfolders, names in os.walk(root / NEWS_FOLDER):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        prefix = Path(folder).relative_to(root).as_posix()
        for name in sorted(names):
            path = f"{prefix}/{name}"
            is_other = name.lower().endswith(ARTICLE_SUFFIXES) and path not in without
            if is_other and (address := named_address(path)):
                paths.setdefault(address, path)
    return paths


def tie_of(date: dt.date | None, slug: str, web_url: str) -> int:
    """Return a number that orders articles of the same time, the same in every database.

    It is a hash of the article's address, or of the address at the provider for a reference, which has no other.
    Addresses themselves would not do: databases compare texts differently, and they take more room in indexes.
    """
    text = web_url if date is None else f"{date}/{slug}"
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 2  # never negative


def url_of(date: dt.date, slug: str) -> str:
    return f"/{date.year:04d}/{date:%m/%d}/{slug}/"


def own_addresses(domain: str, date: dt.date, slug: str, aliases: Collection[str] = ()) -> Iterator[str]:
    """Yield the addresses by which ``related`` entries name an article of the site itself, the page's own one first."""
    for path in (url_of(date, slug), *aliases):
        bare = f"https://{domain}{path.rstrip('/')}"
        yield from (f"{bare}/", bare)


def site_address(text: str) -> Address | None:
    """Return the date and slug of an address like ``/2023/08/25/trams/``, or None."""
    match = re.fullmatch(rf"/([0-9]{{4}})/([0-9]{{2}})/([0-9]{{2}})/({SLUG_PATTERN})/", text)
    with contextlib.suppress(ValueError):
        return (dt.date(int(match[1]), int(match[2]), int(match[3])), match[4]) if match else None
    return None


def slug_key(slug: str) -> str:
    """Return a key that is the same for all spellings of a slug, in any case and Unicode form."""
    text = unicodedata.normalize("NFC", slug).replace("İ", "i")
    return unicodedata.normalize("NFC", text.casefold())


def topic_key(name: str) -> str:
    """Return a key that is the same for all spellings of a topic's name."""
    return name_key(name)


def own_images_of(parsed: Parsed[Any]) -> Iterator[OwnImage]:
    """Yield each image in the site folder that a valid file names anywhere."""
    yield from own_images(parsed.values)
    for index, entry in enumerate(parsed.entries):
        for image in entry.own_images:
            yield image._replace(where=("related", index, *image.where))
