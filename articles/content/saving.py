"""Files written into a site folder: whole or not at all, and never outside it.

All that is new is first written to a hidden folder of the site, and to the disk. Then it takes its places: file by
file, or a folder at once where there was none. Who is killed meanwhile leaves files that are old or new, and
the hidden folder, which the next ``saving`` clears away.
"""

import contextlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from articles.content.files import NEWS_FOLDER

STAGE = ".newsreader-export"
NOT_CONTENT = (STAGE, ".git")
TOGETHER = 100  # files; from so many on, one wait for all that the system has to write is shorter than one each

Signature = tuple[int, int, int] | None  # what a file in a place has of its own; None where there is none


class OutsideError(ValueError):
    """A path that leads out of the folder, or to something that is no file of content."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is to take a place, and what stood there when it was written."""

    location: Path
    staged: Path
    before: Signature

    def can_take_place(self) -> bool:
        return _signature(self.location) == self.before


class Saving:
    """Files that are to take their places in a folder together: ``write`` each, ``reach_the_disk``, ``take_places``."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.stage = self.root / STAGE
        self.waiting: dict[str, Waiting] = {}

    def write(self, path: str, data: bytes) -> None:
        """Write a file, ``path`` being the way to it below the folder; raise OutsideError where that leads elsewhere."""
        location = self.location(path)
        before = _signature(location)
        staged = self.stage / location.relative_to(self.root)
        staged.parent.mkdir(parents=True, exist_ok=True)
        with staged.open("xb") as stream:
            stream.write(data)
            if before:
                os.fchmod(stream.fileno(), stat.S_IMODE(location.stat().st_mode))
        self.waiting[path] = Waiting(location, staged, before)

    def location(self, path: str) -> Path:
        """Return where a path leads, links inside of the folder followed."""
        parts = PurePosixPath(path).parts
        if not parts or PurePosixPath(path).is_absolute() or ".." in parts or "\0" in path:
            raise OutsideError(f"{path} is no path in the folder")
        try:
            location = (self.root / path).resolve()
            is_taken = location.exists() and not location.is_file()
        except (OSError, RuntimeError) as error:  # links in a circle, a name that is too long
            raise OutsideError(f"{path} cannot be followed: {error}") from None
        if not location.is_relative_to(self.root) or location == self.root:
            raise OutsideError(f"{path} leads out of the folder")
        if is_taken or location.relative_to(self.root).parts[0] in NOT_CONTENT:
            raise OutsideError(f"{path} is no file of content")
        return location

    def reach_the_disk(self) -> None:
        """Wait until what was written would outlast a loss of power."""
        _sync([*_folders(self.stage), *(each.staged for each in self.waiting.values())])

    def take_places(self) -> list[str]:
        """Put all that was written in place; return the paths where something else has come to stand meanwhile."""
        if not self.waiting:
            return []
        left = [path for path, each in self.waiting.items() if not each.can_take_place()]
        for path in left:
            self.waiting.pop(path).staged.unlink()
        touched = {self.root}
        self._place(self.stage, self.root, touched)
        _sync(touched)
        self.waiting.clear()
        return left

    def _place(self, staged: Path, place: Path, touched: set[Path]) -> None:
        touched.add(place)
        # A folder of articles makes a site of a folder: it comes when all else is there.
        for each in sorted(staged.iterdir(), key=lambda each: (each.name == NEWS_FOLDER, each.name)):
            target = place / each.name
            if target.is_dir():
                self._place(each, target, touched)
            else:
                each.replace(target)

    def clear(self) -> None:
        """Remove the hidden folder, if there is one."""
        if self.stage.is_symlink():
            self.stage.unlink()
        elif self.stage.exists():
            shutil.rmtree(self.stage)


@contextlib.contextmanager
def saving(root: Path) -> Iterator[Saving]:
    """Yield what writes into a folder; what is not in place at the end is taken back."""
    files = Saving(root)
    files.clear()
    try:
        yield files
    finally:
        files.clear()


def _signature(location: Path) -> Signature:
    try:
        status = location.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _folders(root: Path) -> Iterator[Path]:
    yield from (Path(folder) for folder, _, _ in os.walk(root))


def _sync(paths: Iterable[Path]) -> None:
    paths = list(paths)
    if len(paths) >= TOGETHER:
        os.sync()
        return
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
