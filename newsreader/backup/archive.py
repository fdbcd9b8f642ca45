"""The archive file: a zip of the manifest, a file of JSON lines for each table, and a tar file of pictures.

Nothing in it is believed before its digest has been compared, and all of it is read in bounded memory.
"""

import errno
import fcntl
import hashlib
import json
import os
import secrets
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from pydantic import ValidationError

from newsreader.backup.manifest import FORMAT, LARGEST, NAME, Manifest, Member
from newsreader.backup.values import LONGEST_LINE

CHUNK = 1024 * 1024
PART = ".newsreader-part"
# Seconds after which a file that nobody has locked is left over: its owner locks it right after making it.
LEFT_OVER = 60
# Texts and rows are compressed to a fifth or a tenth; what is compressed far more is made to fill disks and memory.
MOST_COMPRESSED = 250
# What is small may be compressed as much as it likes.
SMALL = 1024 * 1024
_DAMAGED = "it is no archive, or is damaged"


class ArchiveError(Exception):
    """An archive that cannot be used; its text is a sentence for people."""


class _Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Counted:
    """Writes on, counting bytes and their digest."""

    def __init__(self, stream: _Sink) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> int:
        self._stream.write(data)
        self._digest.update(data)
        self.bytes += len(data)
        return len(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


# -- Writing -----------------------------------------------------------------------------


class ArchiveWriter:
    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    @contextmanager
    def member(self, name: str, is_compressed: bool = True) -> Iterator[Counted]:
        """Add a file that is written in the block."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if is_compressed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self._file.open(info, "w", force_zip64=True) as stream:
            yield Counted(stream)

    def finish(self, manifest: Manifest) -> None:
        with self.member(NAME) as stream:
            stream.write(json.dumps(manifest.model_dump(), indent=1, ensure_ascii=False).encode() + b"\n")


@contextmanager
def new_archive(path: Path) -> Iterator[ArchiveWriter]:
    """Write an archive in the block: it is there under its name when it is complete and has been read again, or not at all.

    Raises OSError if the disk fails, ArchiveError if what was written cannot be read.
    """
    _remove_left_over(path.parent)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            with zipfile.ZipFile(stream, "w", compresslevel=6) as file:
                yield ArchiveWriter(file)
            stream.flush()
            os.fsync(stream.fileno())
            with Archive.open(part) as archive:
                archive.verify()
            part.replace(path)
        _sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _remove_left_over(folder: Path) -> None:
    """Remove what backups have left that were killed: nobody holds the lock of such a file."""
    for part in folder.glob(f".*{PART}"):
        with suppress(OSError), part.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - os.fstat(stream.fileno()).st_mtime > LEFT_OVER:
                part.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# -- Reading -----------------------------------------------------------------------------


class Archive:
    """An archive that is read; its manifest has been read and makes sense."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.manifest = self._read_manifest()
        self._compare_names()

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator["Archive"]:
        """Open an archive for the block; raises ArchiveError, or OSError if the file cannot be read."""
        with _sentences():
            file = zipfile.ZipFile(path)
        with file:
            with _sentences():
                archive = cls(file)
            yield archive

    def _read_manifest(self) -> Manifest:
        try:
            info = self._file.getinfo(NAME)
        except KeyError:
            raise ArchiveError("it has no manifest: this is no backup of Newsreader") from None
        if info.file_size > LARGEST:
            raise ArchiveError("its manifest is larger than any that this command writes")
        with self._file.open(info) as stream:
            text = stream.read(LARGEST + 1)
        try:
            given = json.loads(text)
            if isinstance(given, dict) and isinstance(given.get("format"), int) and given["format"] > FORMAT:
                raise ArchiveError("it was made by a newer release: upgrade this site first, and restore it then")
            return Manifest.model_validate_json(text)
        except (ValidationError, ValueError, RecursionError) as error:
            raise ArchiveError("its manifest cannot be read") from error

    def _compare_names(self) -> None:
        names = [info.filename for info in self._file.infolist()]
        if sorted(names) != sorted([NAME, *self.manifest.members()]):
            raise ArchiveError("it has other files than its manifest says")
        for info in self._file.infolist():
            if info.file_size > SMALL and info.file_size > MOST_COMPRESSED * info.compress_size:
                raise ArchiveError(f"{info.filename} is compressed more than any real table")

    def verify(self, on_progress: Callable[[str], None] = lambda name: None) -> None:
        """Read everything and compare it with its digest; raises ArchiveError."""
        for name, member in self.manifest.members().items():
            on_progress(name)
            with self.member(name, member) as stream:
                while stream.read(CHUNK):
                    pass

    @contextmanager
    def member(self, name: str, member: Member) -> Iterator["_Checked"]:
        """Read a file in the block; raises ArchiveError where it is not as the manifest says."""
        with _sentences():
            stream = self._file.open(name)
        with stream:
            yield _Checked(stream, name, member)


class _Checked:
    """A file of the archive; its last byte is not given before its digest was compared."""

    def __init__(self, stream: IO[bytes], name: str, member: Member) -> None:
        self._stream, self._name, self._member = stream, name, member
        self._digest = hashlib.sha256()
        self._left = member.bytes

    def read(self, size: int = CHUNK) -> bytes:
        with _sentences():
            data = self._stream.read(size)
        self._count(data, is_end=bool(size) and not data)
        return data

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of the file."""
        while line := self._line():
            if len(line) > LONGEST_LINE:
                raise ArchiveError(f"{self._name} has a line that is longer than any real row")
            self._count(line)
            yield line
        self._count(b"", is_end=True)

    def _line(self) -> bytes:
        with _sentences():
            return self._stream.readline(LONGEST_LINE + 1)

    def _count(self, data: bytes, is_end: bool = False) -> None:
        self._left -= len(data)
        self._digest.update(data)
        if self._left < 0 or (is_end and (self._left or self._digest.hexdigest() != self._member.sha256)):
            raise ArchiveError(f"{self._name} is not what the manifest says: the archive is damaged or was changed")


@contextmanager
def _sentences() -> Iterator[None]:
    """Raise ArchiveError for all that is wrong with a zip file."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError) as error:
        # RuntimeError: encrypted, or compressed in another way.
        raise ArchiveError(_DAMAGED) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # it says that something is at a place that cannot be
            raise
        raise ArchiveError(_DAMAGED) from error


def refused(path: Path, error: ArchiveError) -> str:
    """Return the sentence to print about an archive that cannot be used."""
    return f"{path} cannot be used: {error}."
