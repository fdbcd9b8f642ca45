"""A file that an export writes, before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff

from articles.models import Article
from articles.sync.data_files import as_bytes
from articles.sync.exports.pending import Draft


@dataclass(frozen=True, slots=True)
class Change:
    """A file to be written: ``old`` is its current text, None if there is no file.

    It belongs to an ``article``, or to a ``draft`` in ``_data``; an ``image`` has bytes instead of text.
    """

    path: str
    article: Article | None
    old: str | None
    new: str
    draft: Draft | None = None
    image: bytes = b""

    @property
    def data(self) -> bytes:
        """The bytes to write."""
        return self.image or as_bytes(self.new)

    def diff(self) -> Iterator[str]:
        """Yield the lines of a unified diff in git's format."""
        before = f"a/{self.path}" if self.old is not None else "/dev/null"
        if self.image:
            yield f"Binary files {before} and b/{self.path} differ\n"
            return
        old = (self.old or "").splitlines(keepends=True)
        for line in unified_diff(old, self.new.splitlines(keepends=True), before, f"b/{self.path}"):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
