"""Files -> rows: created, updated, unchanged, missing.

Files are taken in batches, each in one transaction, so that a run that is killed leaves whole articles
only, and the next run goes on. An article is found again by its path, or by its content when it was moved.
"""

import contextlib
import copy
import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from articles.changes import changing_articles, stories_later
from articles.content.duplicates import Pieces
from articles.content.files import Found, SourceFile, find
from articles.content.layout import STORY_ADDRESSES_FILE
from articles.content.problems import Level, Problem, unexpected
from articles.content.values import own_images
from articles.db.bulk import refresh_statistics, update_columns
from articles.db.locks import writing
from articles.models import (
    Article,
    ArticleTopic,
    ContentFolder,
    ListingMonth,
    Provider,
    RelatedEntry,
    RelatedLink,
    Story,
)
from articles.stories import settle
from articles.sync.imports.assets import Assets, ImageFacts, note_provider_images
from articles.sync.imports.batch import Batch
from articles.sync.imports.decision_files import import_decisions
from articles.sync.imports.narrowing import narrowed_to, write_narrowed
from articles.sync.imports.providers import import_organizations
from articles.sync.imports.topics import import_topics
from articles.sync.imports.workers import WORTHWHILE, ArticleFile, Known, Result, read_batches, sizes, tasks_of
from articles.sync.story_addresses import import_story_addresses

BATCH_SIZE = 1600  # files; bounds memory, and how long the database is locked
PATHS_AT_ONCE = 2000  # of articles whose files may have gone
REMEMBERED_IMAGES = 20_000  # bounds memory; an image named again after so many others is looked at again
PRUNED_AT_ONCE = 20  # articles that are withdrawn however few there are
SETTLE_EVERY = 4000  # files; the last settling has nothing beside it, so that it had better be short

ProblemHandler = Callable[[Path, Problem], None]
ProgressHandler = Callable[[int, int], None]


@dataclass(slots=True)
class Report:
    """What an import did, in numbers: article files by what became of them, other files, problems by level.

    Of those ``read``, each was created, updated, unchanged, moved or ``left_out``; ``unread`` could not be read.
    ``missing`` are articles whose files have gone; ``data_files`` are those of topics, providers and decisions.
    """

    read: int = 0
    unread: int = 0
    left_out: int = 0
    data_files: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: int = 0
    missing: int = 0
    conflicts: int = 0
    problems: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))

    @property
    def stayed_out(self) -> int:
        """Return how many article files did not get in, whether they could be read or not."""
        return self.left_out + self.unread

    @property
    def exit_code(self) -> int:
        """0 without errors, 1 when some files stayed out, 2 when nothing could be read."""
        if not (self.read or self.data_files):
            return 2
        return 1 if self.problems[Level.ERROR] else 0


@dataclass(frozen=True, slots=True)
class Options:
    """How to import. ``on_progress`` gets the numbers of files done and of all; ``run`` is the id of its record."""

    on_problem: ProblemHandler
    on_progress: ProgressHandler = lambda done, total: None
    dry_run: bool = False
    prune: bool = False
    prune_all: bool = False
    readers: ProcessPoolExecutor | None = None
    run: int | None = None


def import_paths(paths: Iterable[Path], on_problem: ProblemHandler, dry_run: bool = False, prune: bool = False,
                 on_progress: ProgressHandler = lambda done, total: None, report: Report | None = None,
                 readers: ProcessPoolExecutor | None = None, run: int | None = None,
                 prune_all: bool = False) -> Report:  # fmt: skip
    """Import files and folders; ``on_problem`` gets the imported folder and each problem as it is found.

    A dry run does everything in one transaction and takes it back. ``prune`` withdraws the articles
    whose files have gone, but of a folder with more than 20 not more than a tenth, unless ``prune_all`` says so.
    ``report`` is filled as the import goes on, for who wants it even if that breaks;
    ``readers`` are workers from ``start_readers``; ``run`` is the record that articles' histories refer to.
    """
    report = report or Report()
    # Nearly all objects of a batch live until its end: looking for dead ones among them takes a fifth of the time.
    thresholds = gc.get_threshold()
    gc.set_threshold(200_000, *thresholds[1:])
    try:
        return _import_all(paths, report, Options(on_problem, on_progress, dry_run, prune, prune_all, readers, run))
    finally:
        gc.set_threshold(*thresholds)


def _import_all(paths: Iterable[Path], report: Report, options: Options) -> Report:
    with transaction.atomic() if options.dry_run else contextlib.nullcontext():
        pieces: Pieces = {}
        with stories_later():
            for path in paths:
                Import(find(path), report, options, pieces).run()
        settle(options.readers)
        if options.dry_run:
            transaction.set_rollback(True)
    return report


class Import:
    """The import of one file or folder."""

    def __init__(self, found: Found, report: Report, options: Options, pieces: Pieces) -> None:
        self.found = found
        self.report = report
        self.options = options
        self.pieces = pieces
        self.assets = Assets(found.root, options.dry_run)
        self.now = timezone.now()
        # A file can be another one, moved, only if there was one before.
        self.may_move = Article.objects.filter(source_path__isnull=False).exists()
        self.story_addresses = [file for file in found.decisions if file.path == STORY_ADDRESSES_FILE]
        self.folder: ContentFolder | None = None
        # Problems of files that are being written, while they may still be left out.
        self.held: list[Problem] | None = None

    def run(self) -> None:
        for problem in self.found.problems:
            self.add_problem(problem)
        if not self.found.is_there:
            return
        with writing():
            self.folder = ContentFolder.objects.get_or_create(path=str(self.found.root))[0]
        is_large = self.is_large()
        size, share = sizes(len(self.found.articles), BATCH_SIZE) if is_large else (BATCH_SIZE, BATCH_SIZE)
        tasks = tasks_of(self.found.root, self.found.articles.paths, self.known_files, size, share, self.now)
        results = read_batches(tasks, size, is_large, self.options.readers)
        write_narrowed(self.found.topics, self.write_topics, self.leave_out_data)
        write_narrowed(self.found.organizations, self.write_organizations, self.leave_out_data)
        done = 0
        for number, result in enumerate(results, start=1):
            self.take(result)
            done += result.taken
            # Whenever the tables have about doubled in this run.
            if number & (number - 1) == 0 and self.report.created:
                refresh_statistics([Article, ArticleTopic, ListingMonth, Provider, RelatedEntry, RelatedLink])
            self.settle_stories(result.taken, done)
            if self.assets.looked_at >= REMEMBERED_IMAGES:
                self.forget_images()
            self.options.on_progress(done, len(self.found.articles))
        prunes = self.may_prune()
        if self.found.is_site:
            for file in self.story_addresses:
                with narrowed_to(file.path, self.add_problem):
                    self.report.data_files += import_story_addresses(file, self.add_problem)
            self.report.data_files += import_decisions(self.found.root, self.found.decisions, prunes, self.add_problem)
        self.forget_images()
        self.name_missing(prunes)

    def settle_stories(self, taken: int, done: int) -> None:
        """Let readers see stories now and then during a long import; its end settles what is left.

        Where stories are to get addresses that they had before, that comes first.
        """
        if self.story_addresses and not Story.objects.exists():
            return
        if done // SETTLE_EVERY > (done - taken) // SETTLE_EVERY:
            settle(self.options.readers)
            # From now on the database knows them.
            self.pieces.clear()

    def forget_images(self) -> None:
        """Write what pages have to know of providers' logos looked at so far, and forget all images."""
        with writing():
            note_provider_images(self.assets)
        self.assets.forget()

    def is_large(self) -> bool:
        """Return whether so many files look new or changed that workers are worth their start."""
        return len(self.found.articles) - Article.objects.filter(folder=self.folder).count() >= WORTHWHILE

    def take(self, result: Result) -> None:
        """Bring one batch of files into the database."""
        self.report.read += result.read
        self.report.unread += result.taken - result.read
        self.report.left_out += result.left_out
        for problem in result.problems:
            self.add_problem(problem)
        with writing():
            self.keep_unchanged(result)
        write_narrowed(result.articles, partial(self.write_articles, result), self.leave_out)

    def write_articles(self, result: Result, files: Sequence[ArticleFile]) -> None:
        """Write the articles of some files of a result, and tell of them: all or nothing."""
        with self.all_or_nothing(), writing():
            Batch(self, replace(result, articles=list(files))).write()

    def write_topics(self, files: Sequence[SourceFile]) -> None:
        with self.all_or_nothing():
            self.report.data_files += import_topics(files, self.assets, self.add_problem)

    def write_organizations(self, files: Sequence[SourceFile]) -> None:
        with self.all_or_nothing():
            self.report.data_files += import_organizations(files, self.assets, self.add_problem)

    @contextlib.contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Count what one transaction inside writes, and name its problems, when it has; or nothing of all that."""
        before, pieces_before = copy.deepcopy(self.report), len(self.pieces)
        self.held = []
        try:
            yield
        except BaseException:
            self.held = None
            while len(self.pieces) > pieces_before:
                self.pieces.popitem()
            for each in fields(Report):
                setattr(self.report, each.name, getattr(before, each.name))
            raise
        held, self.held = self.held, None
        for problem in held:
            self.options.on_problem(self.found.root, problem)

    def leave_out(self, file: ArticleFile, error: Exception) -> None:
        self.report.left_out += 1
        self.add_problem(unexpected(file.path, error))

    def leave_out_data(self, file: SourceFile, error: Exception) -> None:
        self.report.data_files += 1
        self.add_problem(unexpected(file.path, error))

    def known_files(self, paths: list[str]) -> dict[str, Known]:
        """Return what is known of files by path."""
        elsewhere = Q(file_missing=True) | Q(folder=None) | ~Q(folder=self.folder)
        articles = Article.objects.filter(source_path__among=set(paths)).annotate(text=Cast("images", TextField()))
        rows = articles.annotate(look=ExpressionWrapper(elsewhere | Q(text__contains='"/'), BooleanField()))
        columns = rows.values_list("source_path", "file_digest", "file_stamp", "look")
        return {str(path): Known(digest, stamp, look) for path, digest, stamp, look in columns}

    def keep_unchanged(self, result: Result) -> None:
        """Count unchanged files; bring back articles whose files had gone, and images that came later."""
        self.report.unchanged += len(result.unchanged)
        returned: set[int] = set()
        looked_at: dict[int, ImageFacts] = {}
        if result.to_look_at:
            rows = Article.objects.filter(source_path__among=set(result.to_look_at))
            columns = ("pk", "images", "own_images", "file_missing", "folder")
            for pk, images, facts, missing, folder in rows.values_list(*columns):
                if (now := self.look_at_images(images)) != facts:
                    looked_at[pk] = now
                if missing or folder != (self.folder.pk if self.folder else None):
                    returned.add(pk)
        if returned:
            with changing_articles(returned):
                Article.objects.filter(pk__among=returned).update(file_missing=False, folder=self.folder)
        with changing_articles(looked_at):
            for pk, now in looked_at.items():
                Article.objects.filter(pk=pk).update(own_images=now)
        update_columns(Article, "source_path", ["file_stamp"], [(stamp, path) for path, stamp in result.stamps.items()])

    def look_at_images(self, images: list[Any]) -> ImageFacts:
        """Copy what came later of an unchanged article's images; return what pages have to know of them."""
        own = list(own_images({"images": images}))
        for image in own:
            self.assets.copy(image.url)
        return self.assets.facts(own)

    def missing(self) -> Iterator[dict[str, int]]:
        """Yield the articles whose files are known to have gone, by path: what could not be looked at may be there.

        There may be as many as articles, so that they come in parts, and callers may write each of them.
        """
        if self.found.start.is_file():
            return
        rows = self.articles_there().order_by("source_path").values_list("source_path", "pk")
        part = list(rows[:PATHS_AT_ONCE])
        while part:
            if gone := {str(path): pk for path, pk in part if path and self.is_missing(path)}:
                yield gone
            part = list(rows.filter(source_path__gt=part[-1][0])[:PATHS_AT_ONCE])

    def is_missing(self, path: str) -> bool:
        return (
            path not in self.found.articles.paths
            and not self.found.is_unknown(path)
            and not os.path.lexists(self.found.root / path)
        )

    def articles_there(self) -> QuerySet[Article]:
        """Return the articles whose files were in what is imported when it was imported last."""
        start = self.found.start.relative_to(self.found.root).as_posix()
        articles = Article.objects.filter(folder=self.folder, source_path__isnull=False, file_missing=False)
        return articles if start == "." else articles.filter(source_path__startswith=f"{start}/")

    def may_prune(self) -> bool:
        """Return whether what has gone is to be withdrawn: not when it is so much that a disk may be missing."""
        if not self.options.prune or self.options.prune_all:
            return self.options.prune
        gone = sum(map(len, self.missing()))
        if gone <= PRUNED_AT_ONCE or gone * 10 <= (there := self.articles_there().count()):
            return True
        message = f"the files of {gone} of {there} articles have gone; none is withdrawn unless --prune-all says so"
        self.add_problem(Problem(self.found.start.relative_to(self.found.root).as_posix(), 1, "E109", message))
        return False

    def name_missing(self, withdrawn: bool) -> None:
        """Name the articles whose files have gone, and withdraw them when that is asked for."""
        for gone in self.missing():
            for path in gone:
                end = "withdrawn" if withdrawn else "kept; --prune withdraws it"
                self.add_problem(Problem(path, 1, "W407", f"the file has gone; its article is {end}"))
            self.report.missing += len(gone)
            if withdrawn:
                with changing_articles(gone.values()):
                    Article.objects.filter(pk__among=set(gone.values())).update(file_missing=True)

    def add_problem(self, problem: Problem) -> None:
        self.report.problems[problem.level] += 1
        if self.held is None:
            self.options.on_problem(self.found.root, problem)
        else:
            self.held.append(problem)
