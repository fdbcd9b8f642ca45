"""Files of ``_data`` as they were imported last, kept beside the rows that were made of them.

What has changed in a file, and what editors changed, is told apart by that.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from articles.content.files import Content, digest_of
from articles.models import DataFile


@dataclass(frozen=True, slots=True)
class Kept:
    """A file's bytes as it was last imported, and the digests of what exports have made of it since.

    ``waiting`` are the items of its lists that name articles which were not there, by list.
    """

    data: bytes
    exported: list[str] = field(default_factory=list)
    waiting: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return as_text(self.data)

    def knows(self, digest: str) -> bool:
        """Return whether a file with this digest is as it was imported or exported."""
        return digest in self.exported or digest == digest_of(self.data)


def as_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def kept_texts(paths: Collection[str]) -> dict[str, Kept]:
    """Return what is kept of the files of paths."""
    rows = DataFile.objects.filter(path__among=set(paths)) if paths else DataFile.objects.none()
    return {
        path: Kept(bytes(data), exported, waiting)
        for path, data, exported, waiting in rows.values_list("path", "data", "exported", "waiting")
    }


def keep_file(path: str, content: Content, kept: Kept | None, waiting: dict[str, list[Any]] | None = None) -> None:
    """Keep a file as it was just imported, unless just this is ``kept``."""
    exported = _still_exported(kept.exported, content.digest) if kept else []
    if kept is None or (kept.data, kept.exported, kept.waiting) != (content.data, exported, waiting or {}):
        values = {"data": content.data, "exported": exported, "waiting": waiting or {}}
        DataFile.objects.update_or_create(path=path, defaults=values)


def _still_exported(exported: list[str], digest: str) -> list[str]:
    """Return what exports wrote that may come back yet, after a file with ``digest`` was imported: an earlier text, or
    a later one, where that was an export's, and otherwise none.
    """
    return [each for each in exported if each != digest] if digest in exported else []


def note_export(path: str, old: bytes | None, new: bytes, kept: Kept | None) -> None:
    """Note what an export is going to write over a file, or as a new one."""
    digest = digest_of(new)
    if kept is None:
        values = {"data": new if old is None else old, "exported": [digest], "waiting": {}}
        DataFile.objects.update_or_create(path=path, defaults=values)
    elif not kept.knows(digest):
        DataFile.objects.filter(path=path).update(exported=[*kept.exported, digest])


def forget_texts(paths: Collection[str]) -> None:
    if paths:
        DataFile.objects.filter(path__among=set(paths)).delete()
