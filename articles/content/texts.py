"""Texts of files, kept beside the rows that were made of them: what rows do not tell is taken from these."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from articles.content.bulk import insert_values
from articles.content.files import decompressed, digest_of
from articles.models import FileText


@dataclass(frozen=True, slots=True)
class Kept:
    """A file's bytes as it was last imported, and the digests of what exports have made of it since."""

    data: bytes
    exported: list[str] = field(default_factory=list)

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
        path: Kept(decompressed(text), exported)
        for path, text, exported in rows.values_list("path", "text", "exported")
    }


def keep_texts(texts: Mapping[str, bytes], exported: Mapping[str, list[str]]) -> None:
    """Keep the compressed texts of files by path, and the digests of what was ``exported`` to them, in place of others."""
    forget_texts(texts.keys())
    insert_values(
        FileText, ["path", "exported", "text"], [(path, exported.get(path, []), text) for path, text in texts.items()]
    )


def forget_texts(paths: Collection[str]) -> None:
    if paths:
        FileText.objects.filter(path__among=set(paths)).delete()


def exported_digests(paths: Collection[str]) -> dict[str, list[str]]:
    """Return the digests of what exports wrote over files since their last imports, by path."""
    rows = FileText.objects.filter(path__among=set(paths)).exclude(exported=[]) if paths else FileText.objects.none()
    return dict(rows.values_list("path", "exported"))
