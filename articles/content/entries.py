"""Parses entries of ``related`` lists. The members of a story repeat them, so each distinct text is parsed once.

A list in the house style is cut into the texts of its entries without parsing; a text that was seen before is looked up.
All other documents are left to the loader.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from articles.content.schema import EntryRecord
from articles.content.validation import InvalidError, validate
from articles.content.values import OwnImage, as_json, own_images
from articles.content.warnings import entry_oddities
from articles.content.yaml.characters import is_suspect
from articles.content.yaml.reader import FrontMatterError, load

CACHED_ENTRIES = 4096  # about 3 kB each
PLACEHOLDER = "entries stand apart"

# The list from its key to the next line that begins with neither a space nor a line end. No part can match in another
# way, and nothing is tried again (``*+``), which takes a fifth off.
KEY = "related:"
_LIST = re.compile(rf"{KEY}[ ]*\n((?:  - [^\n]*+\n(?:    [^\n]*+\n|\n(?=[ \n]))*+)++)")

# An escape that could stand for a character worth a warning, such as a control character.
_ODD_ESCAPE = re.compile(r'(?<!\\)(?:\\\\)*\\[^"\\/nrt]')


class Entry(NamedTuple):
    """An entry with its plain ``values``, as JSON can hold them.

    ``digest`` is that of the values in order, the same for equal entries. ``address`` is that of the piece at its
    provider, ``provider`` the latter's domain, name (or None) and images, and ``own_images`` are images in the site
    folder.
    """

    digest: str
    address: str
    provider: tuple[str, str | None, list[Any]]
    values: dict[str, Any]
    own_images: tuple[OwnImage, ...]


def entry_from(record: EntryRecord, values: dict[str, Any]) -> Entry:
    """Return the entry for a ``record`` and the file's ``values`` that it was made of."""
    plain = as_json(values)
    text = json.dumps(plain, ensure_ascii=False)
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    provider = (record.provider.domain, record.provider.name, plain["provider"].get("images") or [])
    return Entry(digest, record.address, provider, plain, tuple(own_images(plain)))


@dataclass(frozen=True, slots=True)
class Cut:
    """A front matter cut in two: ``rest`` with a placeholder for the related list, and the texts of its entries.

    ``first_line`` is the line, from 1 in the front matter, on which the first entry begins.
    """

    rest: str
    texts: list[str]
    first_line: int

    def line_of(self, index: int) -> int:
        """Return the line of an entry, from 1 in the front matter."""
        return self.first_line + sum(text.count("\n") + 1 for text in self.texts[:index])


def cut_list(front_matter: str) -> Cut | None:
    """Return ``front_matter`` cut in two, or None if it is not in the house style."""
    start = 0 if front_matter.startswith(KEY) else front_matter.find(f"\n{KEY}") + 1
    match = _LIST.match(front_matter, start) if start or front_matter.startswith(KEY) else None
    if match is None:
        return None
    rest = f"{front_matter[: match.start()]}related: {PLACEHOLDER}\n{front_matter[match.end() :]}"
    first, *others = match[1].split("\n  - ")
    first_line = front_matter.count("\n", 0, match.start(1)) + 1
    return Cut(rest, [first.removeprefix("  - "), *others], first_line)


@lru_cache(maxsize=CACHED_ENTRIES)
def parse_entry(text: str) -> Entry | None:
    """Return the entry for a text cut from a list (without its ``  - ``), or None if it has any problem."""
    if is_suspect(text) or _ODD_ESCAPE.search(text):
        return None
    try:
        loaded = load(f"  - {text}", depth=1)
        if loaded.faults or not isinstance(loaded.value, list) or len(loaded.value) != 1:
            return None
        values = loaded.value[0]
        record = validate(EntryRecord, values)
    except (FrontMatterError, InvalidError):
        return None
    return None if any(entry_oddities((), values, record)) else entry_from(record, values)
