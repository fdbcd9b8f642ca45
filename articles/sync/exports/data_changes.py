"""The files of ``_data`` that an export writes: topics, providers and decisions, with the images that they name."""

import contextlib
import os
from collections.abc import Iterable, Iterator

from articles.content.files import Content, SourceFile, read
from articles.content.layout import NEWS_FOLDER
from articles.content.problems import Problem
from articles.sync.data_files import as_bytes, as_text
from articles.sync.exports.change import Change
from articles.sync.exports.data_text import data_drafts, vocabulary_drafts
from articles.sync.exports.folder import Folder
from articles.sync.exports.image_copies import ImageCopies
from articles.sync.exports.pending import Draft


class DataChanges:
    """The files in the ``_data`` of a folder."""

    def __init__(self, folder: Folder, images: ImageCopies) -> None:
        self.folder = folder
        self.images = images

    def all(self) -> Iterator[Change]:
        """Yield the files to write, each with its images."""
        everything = self.folder.everything and self.folder.is_site
        yield from self.of_drafts(data_drafts(self.folder.names, everything, self.folder.own_root))

    def vocabulary(self) -> Iterator[Change]:
        """Yield the file by which a fresh import joins the same stories, if it is to be written."""
        if self.folder.is_site:
            yield from self.of_drafts(vocabulary_drafts(self.folder.own_root))

    def of_drafts(self, drafts: Iterable[Draft]) -> Iterator[Change]:
        for draft in drafts:
            if not self.folder.is_site:
                if draft.is_edited:
                    self.folder.add_problem(
                        draft.path, "W412", f"is not written: a folder without {NEWS_FOLDER} has no _data"
                    )
                continue
            try:
                change = self.data_change(draft)
            except ValueError as error:  # of front matter, too
                self.folder.add_problem(draft.path, "E110", f"cannot be written: {error}")
                continue
            if change:
                yield change
                yield from self.images.named_by(draft)

    def data_change(self, draft: Draft) -> Change | None:
        """Return the change to write for a draft, if any."""
        file = SourceFile(self.folder.root, draft.path)
        if not os.path.lexists(file.location):
            return self.absent(draft)
        if not (draft.is_edited or draft.was_exported):
            self.folder.report.unchanged += 1
            return None
        content = read(file)
        if isinstance(content, Problem):
            self.folder.add(content)
            return None
        if draft.stored is None or not draft.stored.knows(content.digest):
            self.look_at_foreign(draft, content)
            return None
        new = draft.write(draft.stored.text)
        if as_bytes(new) == content.data:
            self.folder.report.unchanged += 1
            return None
        return Change(draft.path, None, as_text(content.data), new, draft)

    def look_at_foreign(self, draft: Draft, content: Content) -> None:
        """Report a file that is neither as imported nor as exported, unless it has the editors' changes already."""
        with contextlib.suppress(ValueError):
            if as_bytes(draft.write(as_text(content.data))) == content.data:
                self.folder.report.unchanged += 1
                return
        self.folder.add_problem(draft.path, "W410", "changed since it was imported; import it first")

    def absent(self, draft: Draft) -> Change | None:
        """Return the new file of a draft whose file does not exist, if it is to be written."""
        if self.folder.everything or draft.is_new:
            new = draft.write(draft.stored.text if draft.stored else None)
            return Change(draft.path, None, None, new, draft) if new else None
        if draft.is_edited:
            self.folder.add_problem(draft.path, "W411", "the file has gone; what an editor changed is not written")
        return None
