"""The pictures of a site, the files of MEDIA_ROOT, in archives."""

import io
import os
import secrets
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings

from newsreader.backup.archive import CHUNK, ArchiveError

WORTH_READING = 0o644


def write_pictures(stream: Any) -> int:
    """Write the files of MEDIA_ROOT as a tar file; return their number."""
    root, number = Path(settings.MEDIA_ROOT), 0
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for path in _files(root):
            number += _add(tar, root, path)
    return number


def _files(root: Path) -> Iterator[Path]:
    """Yield the files below a folder in the order of their names."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        yield from (Path(folder) / name for name in sorted(names))


def _add(tar: tarfile.TarFile, root: Path, path: Path) -> bool:
    """Add a file; return whether it still was there. One that is replaced meanwhile is the old or the new one."""
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        return False
    with stream:
        info = tarfile.TarInfo(path.relative_to(root).as_posix())
        found = os.fstat(stream.fileno())
        info.size, info.mtime, info.mode = found.st_size, int(found.st_mtime), WORTH_READING
        tar.addfile(info, stream)
    _forget(tar)
    return True


def _forget(tar: Any) -> None:
    """Keep a tar file from remembering all that is in it."""
    tar.members = []


def restore_pictures(stream: Any) -> int:
    """Write the files of ``write_pictures`` into MEDIA_ROOT; return their number.

    Raises ArchiveError where one would be outside of it, or is none.
    """
    root, number = Path(settings.MEDIA_ROOT), 0
    try:
        with tarfile.open(fileobj=_Buffered(stream), mode="r|") as tar:
            while info := tar.next():
                _forget(tar)
                _restore(tar, info, root / _inside(info))
                number += 1
    except tarfile.TarError as error:
        raise ArchiveError("its pictures cannot be read") from error
    while stream.read(CHUNK):  # to its end, where its digest is compared
        pass
    return number


def _inside(info: tarfile.TarInfo) -> PurePosixPath:
    path = PurePosixPath(info.name)
    if not info.isreg() or path.is_absolute() or ".." in path.parts or not path.parts or "\0" in info.name:
        raise ArchiveError(f"its picture {info.name!r} would not be a file in the folder of pictures")
    return path


def _restore(tar: tarfile.TarFile, info: tarfile.TarInfo, path: Path) -> None:
    root = Path(settings.MEDIA_ROOT).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.parent.resolve().is_relative_to(root):
        raise ArchiveError(f"its picture {info.name!r} would not be a file in the folder of pictures")
    source = tar.extractfile(info)
    assert source is not None  # noqa: S101 - it is a regular file
    part = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with part.open("xb") as target:
            while data := source.read(CHUNK):
                target.write(data)
        os.utime(part, (info.mtime, info.mtime))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class _Buffered(io.RawIOBase):
    """Gives tarfile the bytes of a member as it asks for them."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return bytes(self._stream.read(CHUNK if size < 0 else size))
