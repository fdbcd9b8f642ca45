"""Files of ``_data`` as they were last imported, stored in the database.

Comparing with them tells what has changed in a file, and what editors changed.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import F, Q

from articles.content.files import Content, SourceFile, digest_of
from articles.models import ContentFolder, DataFile


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's bytes as last imported, and the digests of what exports have written into it since.

    ``waiting`` has, by list, the items that name articles which did not exist.
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
        """Return whether a file with this digest is unchanged since it was imported or exported."""
        return digest in self.exported or digest == digest_of(self.data)


def as_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def stored_files(paths: Collection[str], root: Path | None) -> dict[str, StoredFile]:
    """Return what is stored of the files of paths below an imported folder, or below any (None)."""
    rows = DataFile.objects.filter(path__among=set(paths)) if paths else DataFile.objects.none()
    if root is not None:
        rows = rows.filter(Q(folder=None) | Q(folder__path=str(root)))
    # A file imported from a folder replaces one that an export wrote elsewhere.
    rows = rows.order_by(F("folder").asc(nulls_first=True))
    columns = ("path", "data", "exported", "waiting", "pk", "folder_id")
    return {path: StoredFile(bytes(data), *rest) for path, data, *rest in rows.values_list(*columns)}


def store_file(
    file: SourceFile, content: Content, stored: StoredFile | None, waiting: dict[str, list[Any]] | None = None
) -> None:
    """Keep a file as it was just imported, unless just this is ``stored``."""
    exported = _still_exported(stored.exported, content.digest) if stored else []
    if (
        stored
        and stored.folder_id
        and (stored.data, stored.exported, stored.waiting) == (content.data, exported, waiting or {})
    ):
        return
    folder, _ = ContentFolder.objects.get_or_create(path=str(file.root))
    values = {"folder": folder, "data": content.data, "exported": exported, "waiting": waiting or {}}
    if stored:
        DataFile.objects.filter(pk=stored.pk).update(**values)
    else:
        DataFile.objects.create(path=file.path, **values)


def _still_exported(exported: list[str], digest: str) -> list[str]:
    """Return which exported digests to keep after a file with ``digest`` was imported.

    If it was one of an export's texts, the others may still come back; otherwise none can.
    """
    return [each for each in exported if each != digest] if digest in exported else []


def note_export(path: str, root: Path | None, old: bytes | None, new: bytes, stored: StoredFile | None) -> None:
    """Store what an export is about to write into a file, or into a new one, in an imported folder or another (None)."""
    digest = digest_of(new)
    if stored is None:
        folder = ContentFolder.objects.filter(path=str(root)).first() if root and old is not None else None
        DataFile.objects.create(folder=folder, path=path, data=new if old is None else old, exported=[digest])
    elif not stored.knows(digest):
        DataFile.objects.filter(pk=stored.pk).update(exported=[*stored.exported, digest])


def forget_files(stored: Collection[StoredFile]) -> None:
    DataFile.objects.filter(pk__among={each.pk for each in stored}).delete()
