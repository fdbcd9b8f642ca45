"""Copies stored images into the folder of an export."""

import os
from collections.abc import Iterator

from django.core.files.storage import default_storage

from articles.content.image_files import find_image, image_name
from articles.content.values import own_images
from articles.sync.exports.change import Change
from articles.sync.exports.folder import Folder
from articles.sync.exports.pending import Draft


class ImageCopies:
    """Copies of the images that a folder lacks."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.new: set[str] = set()

    def all(self) -> Iterator[Change]:
        """Yield copies of stored images that are not in the folder."""
        for name in storage_files(""):
            yield from self.copy(name)

    def named_by(self, draft: Draft) -> Iterator[Change]:
        """Yield the images that a file now names but that are not in the folder yet, such as logos from the admin."""
        for image in own_images({"images": draft.row.images if draft.row else []}):
            name = image_name(image.url)
            if name and default_storage.exists(name):
                yield from self.copy(name)

    def copy(self, name: str) -> Iterator[Change]:
        """Yield a copy of a stored image, unless it is in the folder."""
        is_there = (
            name in self.new or os.path.lexists(f"{self.folder.root}/{name}") or find_image(self.folder.root, name)
        )
        if image_name(name) == name and not is_there:
            self.new.add(name)
            with default_storage.open(name) as stream:
                if data := stream.read():
                    yield Change(name, None, None, "", image=data)


def storage_files(folder: str) -> Iterator[str]:
    """Yield the names of all files below a folder of the storage."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(names))
    for name in sorted(folders):
        yield from storage_files(f"{prefix}{name}")
