"""What a file of ``_data`` is to say."""

from collections.abc import Callable
from dataclasses import dataclass

from articles.content.files import digest_of
from articles.models import Provider, Topic
from articles.sync.data_files import Kept

Write = Callable[[str | None], str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as it is to be.

    ``write`` makes its text of the one that is there, or of nothing. ``kept`` is what the database keeps of it. ``row`` is
    what the file is about, None for those about several; ``is_edited``: it says something else than the file as imported.
    """

    path: str
    write: Write
    kept: Kept | None
    row: Topic | Provider | None
    is_edited: bool

    @property
    def was_exported(self) -> bool:
        """Return whether the file may be as an export wrote it, and not as it was imported."""
        return bool(self.kept and self.kept.exported)

    @property
    def is_new(self) -> bool:
        """Return whether no import has read the file yet: there is none, or only one that an export wrote."""
        return self.kept is None or digest_of(self.kept.data) in self.kept.exported
