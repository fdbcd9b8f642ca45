"""Images of a site folder, copied to where they are served from."""

from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage

from articles.content.image_files import find_served, image_name, is_own


class Assets:
    """Copies the images of one site folder, each once in an import."""

    def __init__(self, root: Path, dry_run: bool = False) -> None:
        self.root = root
        self.dry_run = dry_run
        self.seen: dict[str, bool] = {}

    def copy(self, url: str) -> bool:
        """Copy the image that a site path names; return False when there is none. Other addresses are left alone."""
        if not is_own(url):
            return True
        if url not in self.seen:
            self.seen[url] = self._copy(url)
        return self.seen[url]

    def _copy(self, url: str) -> bool:
        location = find_served(self.root, url)
        if location is None:
            return False
        # Named as the file says, whatever a link of that name leads to: pages know nothing else.
        name = image_name(url)
        if not self.dry_run and not _is_current(name, location):
            with location.open("rb") as stream:
                default_storage.save(name, File(stream))
        return True


def _is_current(name: str, location: Path) -> bool:
    """Return whether the copy has the size of the original and is not older."""
    if not default_storage.exists(name):
        return False
    status = location.stat()
    modified = default_storage.get_modified_time(name).timestamp()
    return default_storage.size(name) == status.st_size and modified >= status.st_mtime
