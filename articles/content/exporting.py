"""Rows -> files: what editors decided goes back to the files, and of those only the lines that say it.

A file is written only while it is as it was imported or last exported; what somebody changed since is a problem,
and stays. What was made here gets a file of its own in the house's style.
"""

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model

from articles.content.data_drafts import data_drafts
from articles.content.drafts import Draft, article_drafts
from articles.content.files import IMAGE_SUFFIXES, NEWS_FOLDER, Content, SourceFile, compressed, digest_of, read
from articles.content.problems import Level, Problem
from articles.content.saving import OutsideError, Saving, saving
from articles.content.texts import as_bytes, as_text, keep_texts
from articles.models import Article, ContentFolder, FileText

ProblemHandler = Callable[[Problem], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to be written: its bytes as they stand, None when there are none, and as they are to be.

    ``draft`` is None for images, which are copied.
    """

    path: str
    old: bytes | None
    new: bytes
    draft: Draft | None = None

    def diff(self) -> Iterator[str]:
        """Yield the lines of a unified diff, as git shows it."""
        before = f"a/{self.path}" if self.old is not None else "/dev/null"
        if self.draft is None:
            yield f"Binary files {before} and b/{self.path} differ\n"
            return
        for line in unified_diff(_lines(self.old or b""), _lines(self.new), before, f"b/{self.path}"):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[str]:
    """Return lines with their ends, as git counts them: other separators end none."""
    return re.findall(r"[^\n]*\n|[^\n]+", as_text(data))


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be remembered of a file that is written: all that exports made of it, and its text if that is new.

    ``row`` is what the file is about, where the file is new to it.
    """

    path: str
    exported: list[str]
    text: bytes | None = None
    row: Model | None = None


@dataclass(slots=True)
class ExportReport:
    """What an export did, in numbers: files written anew, files changed, files that say it already, problems."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))
    paths: list[str] = field(default_factory=list)  # of the files written


class Export:
    """The export into one site folder; ``everything`` also writes the files that are not there."""

    def __init__(self, root: Path, on_problem: ProblemHandler, everything: bool = False) -> None:
        self.root = root.resolve()
        self.on_problem = on_problem
        self.everything = everything
        self.report = ExportReport()
        self.is_site = (self.root / NEWS_FOLDER).is_dir() or (
            everything and not Article.objects.outside_of_sites().exists()
        )
        # Paths that articles get, by article.
        self.new_paths: dict[int, str] = {}

    def run(self) -> ExportReport:
        """Write what there is to write."""
        with saving(self.root) as files:
            notes = [note_of(change) for change in self.changes() if self.write(change, files)]
            known = [note for note in notes if note]
            files.reach_the_disk()
            # Before they take their places: the run after one that is killed in between knows them again.
            remember(known)
            left = files.take_places()
        for path in left:
            self.add_problem(path, "W410", "changed while it was to be written; import it first")
        forget([note for note in known if note.path in left])
        return self.report

    def write(self, change: Change, files: Saving) -> bool:
        try:
            files.write(change.path, change.new)
        except (OutsideError, OSError) as error:
            self.add_problem(change.path, "E110", f"cannot be written: {error}")
            return False
        self.report.paths.append(change.path)
        if change.old is None:
            self.report.created += 1
        else:
            self.report.updated += 1
        return True

    # -- What there is to write -------------------------------------------------------

    def changes(self) -> Iterator[Change]:
        """Yield the files to write; problems, and what needs nothing, are counted."""
        for draft in chain(
            article_drafts(self.articles(), self.free_path), data_drafts(self.names, self.everything and self.is_site)
        ):
            if draft.path.startswith("_data/") and not self.is_site:
                if draft.is_edited:
                    self.add_problem(draft.path, "W412", f"is not written: a folder without {NEWS_FOLDER} has no _data")
                continue
            try:
                change = self.change(draft)
            except ValueError as error:  # of front matter, too
                self.add_problem(draft.path, "E110", f"cannot be written: {error}")
                continue
            if change:
                yield change
        if self.everything:
            yield from self.images()

    def articles(self) -> Any:
        """Return the articles that may need writing; those of another imported folder are not this one's."""
        exported = FileText.objects.exclude(exported=[]).values("path")
        articles = Article.objects.to_export(self.everything, exported)
        folder = str(self.root)
        return articles.of_folder(folder) if ContentFolder.objects.filter(path=folder).exists() else articles

    def change(self, draft: Draft) -> Change | None:
        """Return what is to be written of a draft, if anything is."""
        file = SourceFile(self.root, draft.path)
        if not is_there(file.location):
            return self.absent(draft)
        if not (draft.is_edited or draft.was_exported):
            self.report.unchanged += 1
            return None
        content = read(file)
        if isinstance(content, Problem):
            self.on_problem(content)
            self.report.problems[content.level] += 1
            return None
        base = base_of(draft, content)
        if base is None:
            self.look_at_foreign(draft, content)
            return None
        new = as_bytes(draft.write(as_text(base)))
        if new == content.data:
            self.report.unchanged += 1
        elif draft.conflicts:
            names = ", ".join(draft.conflicts)
            self.add_problem(draft.path, "W410", f"in conflict with an editor: {names}; settle it in the admin first")
        else:
            return Change(draft.path, content.data, new, draft)
        return None

    def look_at_foreign(self, draft: Draft, content: Content) -> None:
        """Name a file that is neither as imported nor as exported, unless it says what editors changed."""
        with contextlib.suppress(ValueError):
            if as_bytes(draft.write(as_text(content.data))) == content.data:
                self.report.unchanged += 1
                return
        self.add_problem(draft.path, "W410", "changed since it was imported; import it first")

    def absent(self, draft: Draft) -> Change | None:
        """Return the whole file of a draft, where it is to be."""
        if self.everything or draft.is_new:
            text = draft.write(draft.kept.text if draft.kept else None)
            return Change(draft.path, None, as_bytes(text), draft)
        if draft.is_edited:
            self.add_problem(draft.path, "W411", "the file has gone; what an editor changed is not written")
        return None

    def free_path(self, article: Article) -> str:
        """Return a path for the file of an article made here, one that no other file has."""
        folder = f"{NEWS_FOLDER}/" if self.is_site else ""
        taken = set(self.new_paths.values())
        path = f"{folder}{article.date}-{article.slug}.md"
        number = 2
        while path in taken or is_there(f"{self.root}/{path}") or Article.objects.filter(source_path=path).exists():
            path = f"{folder}{article.date}-{article.slug}-{number}.md"
            number += 1
        self.new_paths[article.pk] = path
        return path

    def names(self, ids: set[int]) -> Mapping[int, str]:
        """Return what decisions call articles: the paths of their files, or the addresses of references."""
        rows = Article.objects.filter(pk__among=ids).values_list("pk", "source_path", "web_url", "original_url")
        return {
            pk: self.new_paths.get(pk) or path or web_url or original_url for pk, path, web_url, original_url in rows
        }

    def images(self) -> Iterator[Change]:
        """Yield the copies of the site's own images that are not there."""
        for name in stored_files(""):
            if name.lower().endswith(IMAGE_SUFFIXES) and not is_there(f"{self.root}/{name}"):
                with default_storage.open(name) as stream:
                    yield Change(name, None, stream.read())

    def add_problem(self, path: str, code: str, message: str) -> None:
        problem = Problem(path, 1, code, message)
        self.report.problems[problem.level] += 1
        self.on_problem(problem)


def base_of(draft: Draft, content: Content) -> bytes | None:
    """Return the bytes that a file's new ones are made of, or None when it is neither as imported nor as exported."""
    if draft.kept:
        return draft.kept.data if draft.kept.knows(content.digest) else None
    is_imported = isinstance(draft.row, Article) and draft.row.file_digest == content.digest
    return content.data if is_imported else None


def is_there(location: str) -> bool:
    """Return whether a file or a link stands in a place; none does where the name is too long for any."""
    return os.path.lexists(location)


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


# -- What is remembered -----------------------------------------------------------


def note_of(change: Change) -> Note | None:
    """Return what is to be remembered of a change, if it is not known already."""
    draft = change.draft
    digest = digest_of(change.new)
    if draft is None or (draft.kept and draft.kept.knows(digest)):
        return None
    if draft.kept:
        return Note(change.path, [*draft.kept.exported, digest])
    return Note(change.path, [digest], compressed(change.old or change.new), None if change.old else draft.row)


def remember(notes: list[Note]) -> None:
    """Note what files are going to say; what a new file is about is known by its path from now on.

    What editors changed stays noted until an import finds it in the file: the folder may be a copy of the one
    that imports read.
    """
    with transaction.atomic():
        new = {note.path: note for note in notes if note.text is not None}
        keep_texts(
            {path: note.text or b"" for path, note in new.items()}, {path: note.exported for path, note in new.items()}
        )
        for note in notes:
            if note.text is None:
                FileText.objects.filter(path=note.path).update(exported=note.exported)
            _set_path(note, note.path, note.exported[0])


def forget(notes: list[Note]) -> None:
    """Take back that rows have new files, where something else came to stand."""
    for note in notes:
        _set_path(note, None, "")


def _set_path(note: Note, path: str | None, digest: str) -> None:
    if note.row is None:
        return
    values = {"file_digest": digest} if isinstance(note.row, Article) else {}
    type(note.row)._default_manager.filter(pk=note.row.pk).update(source_path=path, **values)
