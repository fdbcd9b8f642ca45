"""Texts of files, kept beside the rows that were made of them: what rows do not tell is taken from these."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from articles.content.bulk import insert_values
from articles.content.files import Content, decompressed, digest_of
from articles.models import FileText


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
    rows = FileText.objects.filter(path__among=set(paths)) if paths else FileText.objects.none()
    return {
        path: Kept(decompressed(text), exported, waiting)
        for path, text, exported, waiting in rows.values_list("path", "text", "exported", "waiting")
    }


def keep_texts(texts: Mapping[str, bytes], exported: Mapping[str, list[str]]) -> None:
    """Keep the compressed texts of files by path, and the digests of what was ``exported`` to them, in place of others."""
    forget_texts(texts.keys())
    rows: list[tuple[Any, ...]] = [(path, exported.get(path, []), {}, text) for path, text in texts.items()]
    insert_values(FileText, ["path", "exported", "waiting", "text"], rows)


def still_exported(exported: list[str], digest: str) -> list[str]:
    """Return what exports wrote that may come back yet, after a file with ``digest`` was imported: an earlier text, or
    a later one, where that was an export's, and otherwise none.
    """
    return [each for each in exported if each != digest] if digest in exported else []


def keep_file(path: str, content: Content, kept: Kept | None, waiting: dict[str, list[Any]] | None = None) -> None:
    """Keep the text of one file, unless just this is ``kept``."""
    exported = still_exported(kept.exported, content.digest) if kept else []
    if kept is None or (kept.data, kept.exported, kept.waiting) != (content.data, exported, waiting or {}):
        keep_texts({path: content.compressed}, {path: exported})
        FileText.objects.filter(path=path).update(waiting=waiting or {})


def forget_texts(paths: Collection[str]) -> None:
    if paths:
        FileText.objects.filter(path__among=set(paths)).delete()


def exported_digests(paths: Collection[str]) -> dict[str, list[str]]:
    """Return the digests of what exports wrote over files since their last imports, by path."""
    rows = FileText.objects.filter(path__among=set(paths)).exclude(exported=[]) if paths else FileText.objects.none()
    return dict(rows.values_list("path", "exported"))
