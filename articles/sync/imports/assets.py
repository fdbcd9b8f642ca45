"""Copies images of a site folder to where they are served from."""

import errno
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import TextField
from django.db.models.functions import Cast

from articles.changes import changing_rows
from articles.content.image_files import ImageFolder, image_name, is_own
from articles.content.values import OwnImage, own_images
from articles.models import Provider

# What pages need to know about images in the site folder, by address: the sizes of those without one in the file, and None
# for those that do not exist.
ImageFacts = dict[str, list[int] | None]

# Errors that are not the fault of one image: the next one would fail, too.
_CLOSED_OR_FULL = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE}


class ImageStoreError(RuntimeError):
    """Images cannot be written to where they are served from."""


class Assets(ImageFolder):
    """Copies the images of one site folder, each once in an import."""

    def __init__(self, root: Path, dry_run: bool = False, folders: Iterable[str] = ()) -> None:
        super().__init__(root, folders)
        self.dry_run = dry_run
        self.copied: dict[str, bool] = {}

    @property
    def looked_at(self) -> int:
        """The number of images in the cache."""
        return len(self.copied)

    def forget(self) -> None:
        """Clear the cache, which takes memory for each image; images that are used again are read again."""
        self.copied.clear()
        self.files.clear()
        self.sizes.clear()

    def copy(self, url: str) -> bool:
        """Copy the image at a path in the site folder; return False if it does not exist. Other addresses are ignored."""
        if not is_own(url):
            return True
        if url not in self.copied:
            self.copied[url] = self._copy(url)
        return self.copied[url]

    def facts(self, images: Iterable[OwnImage]) -> ImageFacts:
        """Return what pages need to know about images that this import has copied or looked for."""
        facts: ImageFacts = {}
        for image in images:
            if not (self.copied[image.url] or self._was_copied(image.url)):
                facts[image.url] = None
            elif not image.is_sized and (size := self.size(image.url)):
                facts[image.url] = list(size)
        return facts

    def _copy(self, url: str) -> bool:
        location = self.find(url)
        if location is None:
            return False
        # Under the name in the file, even if that is a symbolic link, as pages use that name.
        name = image_name(url)
        try:
            if not self.dry_run and not _is_current(name, location):
                _store(name, location.read_bytes())
        except (OSError, SuspiciousFileOperation):
            # From now on, the image counts as missing.
            self.files[url] = None
            return False
        return True

    def _was_copied(self, url: str) -> bool:
        """Return whether there is a copy of an image that is not in the folder, such as a logo from the admin."""
        name = image_name(url)
        return bool(name) and default_storage.exists(name)


def _store(name: str, data: bytes) -> None:
    try:
        default_storage.save(name, ContentFile(data))
    except OSError as error:
        if error.errno in _CLOSED_OR_FULL:
            raise ImageStoreError(f"no image can be stored in {settings.MEDIA_ROOT}: {error.strerror}") from error
        raise


def update_own_images(assets: Assets) -> None:
    """Update ``own_images`` of all providers whose logos this import has read."""
    changed: dict[int, ImageFacts] = {}
    rows = Provider.objects.annotate(text=Cast("images", TextField())).filter(text__contains='"/')
    for pk, images, known in rows.values_list("pk", "images", "own_images"):
        own = list(own_images({"images": images}))
        for image in own:
            # A missing image may exist now, though no file that names it has changed.
            if image.url in known and known[image.url] is None:
                assets.copy(image.url)
        facts = assets.facts(image for image in own if image.url in assets.copied)
        unseen = {image.url for image in own if image.url not in assets.copied}
        facts |= {url: fact for url, fact in known.items() if url in unseen}
        if facts != known:
            changed[pk] = facts
    with changing_rows({Provider: changed.keys()}):
        for pk, facts in changed.items():
            Provider.objects.filter(pk=pk).update(own_images=facts)


def _is_current(name: str, location: Path) -> bool:
    """Return whether the copy has the size of the original and is not older."""
    if not default_storage.exists(name):
        return False
    status = location.stat()
    modified = default_storage.get_modified_time(name).timestamp()
    return default_storage.size(name) == status.st_size and modified >= status.st_mtime
