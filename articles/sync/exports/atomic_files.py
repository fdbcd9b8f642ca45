"""Writes files into a site folder atomically, and never outside of it.

Data goes to a temporary file beside the old one, is synced to the disk, and then replaces the old file. A process that
is killed leaves old or new files, and temporary ones that the next ``Saving`` removes.
"""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

PREFIX, SUFFIX = ".newsreader-", ".tmp"
TOGETHER = 100  # files; from so many on, one sync() is faster than an fsync() for each


class OutsideError(ValueError):
    """A path that leads out of the folder, or to something other than a file."""


class Saving:
    """Files that replace others in a folder together.

    ``write`` writes temporary files, and ``finish`` moves all of them into place, in the order of writing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.waiting: list[tuple[Path, Path]] = []

    def write(self, path: str, data: bytes) -> None:
        """Write a temporary file for ``path`` in the folder; raise OutsideError if that leads elsewhere."""
        location = self.location(path)
        location.parent.mkdir(parents=True, exist_ok=True)
        temporary = location.with_name(f"{PREFIX}{secrets.token_hex(8)}{SUFFIX}")
        self.waiting.append((temporary, location))
        with temporary.open("xb") as stream:
            stream.write(data)
            if location.exists():
                os.fchmod(stream.fileno(), stat.S_IMODE(location.stat().st_mode))

    def location(self, path: str) -> Path:
        """Return the location of a path, with links inside of the folder followed."""
        parts = PurePosixPath(path).parts
        if not parts or PurePosixPath(path).is_absolute() or ".." in parts or "\0" in path:
            raise OutsideError(f"{path} is not a path in the folder")
        try:
            location = (self.root / path).resolve()
            is_taken = location.exists() and not location.is_file()
        except (OSError, RuntimeError) as error:  # circular links, a name that is too long
            raise OutsideError(f"{path} cannot be followed: {error}") from None
        if not location.is_relative_to(self.root) or location == self.root:
            raise OutsideError(f"{path} leads out of the folder")
        if is_taken:
            raise OutsideError(f"{path} is not a file")
        return location

    def finish(self) -> None:
        """Move all files that were written into place."""
        self._sync_to_disk([temporary for temporary, _ in self.waiting])
        for temporary, location in self.waiting:
            temporary.replace(location)
        self._sync_to_disk(sorted({location.parent for _, location in self.waiting}))
        self.waiting.clear()

    def abandon(self) -> None:
        """Remove the temporary files that are not in place yet."""
        for temporary, _ in self.waiting:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
        self.waiting.clear()

    def clear_leftovers(self) -> None:
        """Remove temporary files that a killed run left in the folder."""
        for path in _files(self.root):
            name = path.rpartition("/")[2]
            if name.startswith(PREFIX) and name.endswith(SUFFIX):
                with contextlib.suppress(FileNotFoundError):
                    Path(path).unlink()

    @staticmethod
    def _sync_to_disk(paths: list[Path]) -> None:
        if len(paths) >= TOGETHER:
            os.sync()
            return
        for path in paths:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


@contextlib.contextmanager
def saving(root: Path) -> Iterator[Saving]:
    """Yield a ``Saving``; at the end of the block its files are moved into place, unless an exception was raised."""
    files = Saving(root)
    try:
        yield files
        files.finish()
    finally:
        files.abandon()


def _files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        yield from (f"{folder}/{name}" for name in names)
