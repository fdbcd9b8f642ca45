"""Writes editors' changes back to files, changing only the lines concerned.

An article's file is found by its path. It is written only if it is unchanged since it was imported or last exported;
otherwise it is reported and left alone. An article made here gets a new file in the house style.
"""

from collections.abc import Collection, Iterator
from itertools import chain, islice
from pathlib import Path

from articles.content.files import digest_of
from articles.db.bulk import update_objects
from articles.db.locks import writing
from articles.models import Article
from articles.sync.data_files import as_bytes, note_export
from articles.sync.exports.article_changes import ArticleChanges
from articles.sync.exports.atomic_files import OutsideError, Saving, saving
from articles.sync.exports.change import Change
from articles.sync.exports.data_changes import DataChanges
from articles.sync.exports.folder import ExportReport, Folder, ProblemHandler
from articles.sync.exports.image_copies import ImageCopies
from articles.sync.exports.site_settings import site_settings

BATCH_SIZE = 500  # files; bounds memory, and how many temporary files there are at a time


class Export:
    """The export into one site folder; with ``everything``, missing files are written, too."""

    def __init__(self, root: Path, on_problem: ProblemHandler, everything: bool = False) -> None:
        self.folder = Folder(root, on_problem, everything)
        self.report = self.folder.report

    def run(self) -> ExportReport:
        """Write all changes."""
        Saving(self.folder.root).clear_leftovers()
        for changes in self.batches():
            with saving(self.folder.root) as files:
                written = [change for change in changes if self.write(change, files)]
            note_written(written, self.folder.own_root)
        return self.report

    def batches(self) -> Iterator[list[Change]]:
        changes = self.changes()
        while batch := list(islice(changes, BATCH_SIZE)):
            yield batch

    def write(self, change: Change, files: Saving) -> bool:
        try:
            files.write(change.path, change.data)
        except (OutsideError, OSError) as error:
            self.folder.add_problem(change.path, "E110", f"cannot be written: {error}")
            return False
        self.report.paths.append(change.path)
        if change.article:
            self.report.articles.append(change.article.pk)
        if change.old is None:
            self.report.created += 1
        else:
            self.report.updated += 1
        return True

    def changes(self) -> Iterator[Change]:
        """Yield the files to write, in the order of articles; count problems and unchanged files."""
        images = ImageCopies(self.folder)
        data = DataChanges(self.folder, images)
        is_writing = self.folder.everything
        # After the articles, as pins and decisions name their new paths.
        for change in chain(ArticleChanges(self.folder).all(), data.all()):
            is_writing = True
            yield change
        # Where nothing is to be written, the folder stays as it is.
        if is_writing:
            yield from data.vocabulary()
        if self.folder.everything:
            yield from site_settings(self.folder)
            yield from images.all()


def note_written(changes: Collection[Change], root: Path | None) -> None:
    """Store the new digests of files, and the paths of new ones.

    ``edited`` stays until an import finds the changes in the file, as the folder may be a copy of the one that imports
    read.
    """
    with writing():
        _note_changes(changes, root)


def _note_changes(changes: Collection[Change], root: Path | None) -> None:
    articles = []
    for change in changes:
        data = change.data
        if article := change.article:
            article.exported_digest = digest_of(data)
            if article.source_path is None:
                article.source_path, article.file_digest = change.path, article.exported_digest
            articles.append(article)
        elif draft := change.draft:
            old = None if change.old is None else as_bytes(change.old)
            note_export(change.path, root, old, data, draft.stored)
            if draft.row and change.old is None:
                type(draft.row)._default_manager.filter(pk=draft.row.pk).update(source_path=change.path)
    update_objects(Article, ["exported_digest", "source_path", "file_digest"], articles)
