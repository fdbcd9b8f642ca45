"""Which files' texts must be kept, since the rows made of them do not tell all that they say."""

import zlib

from articles.content.house_text import is_house_article
from articles.content.parsing import Parsed
from articles.content.schema import ArticleRecord


def kept_text(data: bytes, parsed: Parsed[ArticleRecord]) -> bytes | None:
    """Return a file's bytes, compressed, or None when the house's writer would make them of its article's rows."""
    return None if _rows_tell_all(data, parsed) else compressed(data)


def compressed(data: bytes) -> bytes:
    return zlib.compress(data, 6)


def _rows_tell_all(data: bytes, parsed: Parsed[ArticleRecord]) -> bool:
    record = parsed.record
    if record is None or parsed.rest is None or parsed.values["provider"]["domain"] != record.provider.domain:
        return False
    body = parsed.body.strip("\r\n")
    whole = f"---{parsed.document.front_matter}---\n\n" + (f"{body}\n" if body else "")
    # An entry that leads where another one does, or to the article itself, becomes no link.
    own = {record.web_url, record.original_url}
    addresses = own.union(entry.address for entry in parsed.entries)
    return (
        len(addresses) == len(own) + len(parsed.entries)
        and whole.encode("utf-8", "surrogatepass") == data
        and is_house_article(parsed.rest, parsed.values)
    )
