"""Files of ``_data`` as they were imported last, kept beside the rows that were made of them.

What has changed in a file, and what editors changed, is told apart by that.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import F, Q

from articles.content.files import Content, SourceFile, digest_of
from articles.models import ContentFolder, DataFile


@dataclass(frozen=True, slots=True)
class Kept:
    """A file's bytes as it was last imported, and the digests of what exports have made of it since.

    ``waiting`` are the items of its lists that name articles which were not there, by list.
    """

    data: bytes
    exported: list[str] = field(default_factory=list)
    waiting: dict[str, list[Any]] = field(default_factory=dict)
    pk: int = 0
    folder_id: int | None = None

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


def kept_texts(paths: Collection[str], root: Path | None) -> dict[str, Kept]:
    """Return what is kept of the files of paths below an imported folder, or below any (None)."""
    rows = DataFile.objects.filter(path__among=set(paths)) if paths else DataFile.objects.none()
    if root is not None:
        rows = rows.filter(Q(folder=None) | Q(folder__path=str(root)))
    # What was imported from a folder counts before what an export wrote anywhere.
    rows = rows.order_by(F("folder").asc(nulls_first=True))
    columns = ("path", "data", "exported", "waiting", "pk", "folder_id")
    return {path: Kept(bytes(data), *rest) for path, data, *rest in rows.values_list(*columns)}


def keep_file(
    file: SourceFile, content: Content, kept: Kept | None, waiting: dict[str, list[Any]] | None = None
) -> None:
    """Keep a file as it was just imported, unless just this is ``kept``."""
    exported = _still_exported(kept.exported, content.digest) if kept else []
    if kept and kept.folder_id and (kept.data, kept.exported, kept.waiting) == (content.data, exported, waiting or {}):
        return
    folder, _ = ContentFolder.objects.get_or_create(path=str(file.root))
    values = {"folder": folder, "data": content.data, "exported": exported, "waiting": waiting or {}}
    if kept:
        DataFile.objects.filter(pk=kept.pk).update(**values)
    else:
        DataFile.objects.create(path=file.path, **values)


def _still_exported(exported: list[str], digest: str) -> list[str]:
    """Return what exports wrote that may come back yet, after a file with ``digest`` was imported: an earlier text, or
    a later one, where that was an export's, and otherwise none.
    """
    return [each for each in exported if each != digest] if digest in exported else []


def note_export(path: str, root: Path | None, old: bytes | None, new: bytes, kept: Kept | None) -> None:
    """Note what an export is going to write over a file, or as a new one, in an imported folder or another (None)."""
    digest = digest_of(new)
    if kept is None:
        folder = ContentFolder.objects.filter(path=str(root)).first() if root and old is not None else None
        DataFile.objects.create(folder=folder, path=path, data=new if old is None else old, exported=[digest])
    elif not kept.knows(digest):
        DataFile.objects.filter(pk=kept.pk).update(exported=[*kept.exported, digest])


def forget_texts(kept: Collection[Kept]) -> None:
    DataFile.objects.filter(pk__among={each.pk for each in kept}).delete()
