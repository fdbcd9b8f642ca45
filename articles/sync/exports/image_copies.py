"""What an export copies of the site's own images."""

import os
from collections.abc import Iterator

from django.core.files.storage import default_storage

from articles.content.image_files import find_image, image_name
from articles.content.values import own_images
from articles.sync.exports.change import Change
from articles.sync.exports.folder import Folder
from articles.sync.exports.pending import Draft


class ImageCopies:
    """The images that a folder lacks."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.new: set[str] = set()

    def all(self) -> Iterator[Change]:
        """Yield the copies of the site's own images that are not there."""
        for name in stored_files(""):
            yield from self.copy(name)

    def named_by(self, draft: Draft) -> Iterator[Change]:
        """Yield the images of the site's own that a file comes to name: a logo from the admin is in no folder yet."""
        for image in own_images({"images": draft.row.images if draft.row else []}):
            name = image_name(image.url)
            if name and default_storage.exists(name):
                yield from self.copy(name)

    def copy(self, name: str) -> Iterator[Change]:
        """Yield the copy of an image in the storage, unless it is there."""
        is_there = (
            name in self.new or os.path.lexists(f"{self.folder.root}/{name}") or find_image(self.folder.root, name)
        )
        if image_name(name) == name and not is_there:
            self.new.add(name)
            with default_storage.open(name) as stream:
                if data := stream.read():
                    yield Change(name, None, None, "", image=data)


def stored_files(folder: str) -> Iterator[str]:
    """Yield the names of all files below a folder of the storage."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(names))
    for name in sorted(folders):
        yield from stored_files(f"{prefix}{name}")
