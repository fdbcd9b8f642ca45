"""Drafts of files in ``_data``."""

from collections.abc import Callable
from dataclasses import dataclass

from articles.content.files import digest_of
from articles.models import Provider, Topic
from articles.sync.data_files import StoredFile

Write = Callable[[str | None], str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file to be written.

    ``write`` makes its text from the current one, or from None. ``stored`` is the file in the database, ``row`` the
    topic or provider that it describes (None for lists). ``is_edited``: it differs from the file as imported.
    """

    path: str
    write: Write
    stored: StoredFile | None
    row: Topic | Provider | None
    is_edited: bool

    @property
    def was_exported(self) -> bool:
        """Whether the file may have the text that an export wrote, and not the one that was imported."""
        return bool(self.stored and self.stored.exported)

    @property
    def is_new(self) -> bool:
        """Whether no import has read the file yet: it does not exist, or only because an export wrote it."""
        return self.stored is None or digest_of(self.stored.data) in self.stored.exported
