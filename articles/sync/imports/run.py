"""Files -> rows: created, updated, unchanged, missing.

Files are written in batches, each in one transaction, so that a run that is killed leaves whole articles
only, and the next run continues. An article is recognised by its path, or by its content if its file was moved.
"""

import contextlib
import copy
import gc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from articles.changes import changing_articles, stories_later, update_stories
from articles.content.duplicates import Pieces
from articles.content.files import Found, SourceFile, find
from articles.content.layout import STORY_ADDRESSES_FILE, STORY_VOCABULARY_FILE, THREAD_ADDRESSES_FILE
from articles.content.problems import Problem, unexpected
from articles.content.processes import WORTHWHILE
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
from articles.sync.imports.assets import Assets, ImageFacts, update_own_images
from articles.sync.imports.batch import write_batch
from articles.sync.imports.cleaned_up import known_tombstones, note_of, without_cleaned_up
from articles.sync.imports.context import Context, Folder
from articles.sync.imports.decision_files import import_decisions
from articles.sync.imports.incoming import IncomingArticle
from articles.sync.imports.memory import give_back_memory
from articles.sync.imports.missing import Missing
from articles.sync.imports.narrowing import narrowed_to, write_narrowed
from articles.sync.imports.providers import import_organizations
from articles.sync.imports.report import Options, ProblemHandler, Report
from articles.sync.imports.story_steps import StorySteps
from articles.sync.imports.topics import import_topics
from articles.sync.imports.workers import Known, Result, read_batches, sizes, tasks_of
from articles.sync.story_addresses import import_story_addresses
from articles.sync.story_vocabulary import import_story_vocabulary
from articles.sync.thread_addresses import import_thread_addresses

BATCH_SIZE = 1600  # files; bounds memory, and how long the database is locked
# From this many files on, batches and tasks are half as large, and memory is given back: over so long a run it becomes
# fragmented.
MANY = 50_000
CACHED_IMAGES = 20_000  # bounds memory; an image used again after so many others is read again


def import_paths(
    paths: Iterable[Path], on_problem: ProblemHandler, options: Options | None = None, report: Report | None = None
) -> Report:
    """Import files and folders; ``on_problem`` gets the imported folder and each problem as it is found.

    ``report`` is filled during the import, for callers that need it even if the import fails.
    """
    options, report = options or Options(), report or Report()
    # Nearly all objects of a batch live until its end: garbage collection would take a fifth of the time.
    thresholds = gc.get_threshold()
    gc.set_threshold(200_000, *thresholds[1:])
    try:
        return _import_all(paths, on_problem, options, report)
    finally:
        gc.set_threshold(*thresholds)


def _import_all(paths: Iterable[Path], on_problem: ProblemHandler, options: Options, report: Report) -> Report:
    with transaction.atomic() if options.dry_run else contextlib.nullcontext():
        pieces: Pieces = {}
        with stories_later():
            for path in paths:
                Import(find(path, timezone.get_default_timezone()), on_problem, options, report, pieces).run()
        give_back_memory()  # of the last batches, as joining stories needs most
        update_stories(options.readers)
        if options.dry_run:
            transaction.set_rollback(True)
    return report


class Import:
    """The import of one file or folder."""

    def __init__(
        self, found: Found, on_problem: ProblemHandler, options: Options, report: Report, pieces: Pieces
    ) -> None:
        self.found = found
        self.on_problem = on_problem
        self.options = options
        self.report = report
        self.pieces = pieces
        self.assets = Assets(found.root, options.dry_run, found.dialect.images)
        self.now = timezone.now()
        self.story_steps = StorySteps(len(found.articles))
        readers = {
            STORY_ADDRESSES_FILE: import_story_addresses,
            THREAD_ADDRESSES_FILE: import_thread_addresses,
            STORY_VOCABULARY_FILE: import_story_vocabulary,
        }
        # Stories first: threads are found by them.
        self.grown = [(file, readers[file.path]) for file in found.decisions if file.path in readers]
        # Problems of files in the open transaction, which may still be rolled back.
        self.held: list[Problem] | None = None

    @cached_property
    def folder(self) -> Folder:
        with writing():
            row = ContentFolder.objects.get_or_create(path=str(self.found.root))[0]
        had_files = Article.objects.filter(source_path__isnull=False).exists()
        dialect = self.found.dialect
        return Folder(self.found.root, self.found.articles.paths, row, self.assets, self.pieces, had_files, dialect)

    @cached_property
    def context(self) -> Context:
        return Context(self.report, self.add_problem, self.folder, self.options.run)

    def run(self) -> None:
        for problem in self.found.problems:
            self.add_problem(problem)
        if not self.found.is_there:
            return
        results = self.results()
        write_narrowed(self.found.topics, self.write_topics, self.leave_out_data)
        write_narrowed(self.found.organizations, self.write_organizations, self.leave_out_data)
        self.write_results(results)
        missing = Missing(self.found, self.folder.row, self.context)
        withdraw = missing.may_withdraw(self.options)
        if self.found.is_site:
            self.import_decisions(withdraw)
        self.forget_images()
        if note := note_of(self.found.articles.paths):
            self.add_problem(note)
        missing.report(withdraw)

    def results(self) -> Iterator[Result]:
        """Return the results of reading the files, which workers may start at once."""
        is_large = self.is_large()
        files = len(self.found.articles)
        size, share = sizes(files, BATCH_SIZE) if is_large else (BATCH_SIZE, BATCH_SIZE)
        if files >= MANY:
            size, share = size // 2, share // 2
        tasks = tasks_of(self.found, self.known_files, size, share, self.now)
        return read_batches(tasks, size, is_large, self.options.readers)

    def write_results(self, results: Iterator[Result]) -> None:
        done = 0
        for number, result in enumerate(results, start=1):
            self.take(result)
            done += result.taken
            # Each time the tables have about doubled in this run.
            if number & (number - 1) == 0 and self.report.created:
                refresh_statistics([Article, ArticleTopic, ListingMonth, Provider, RelatedEntry, RelatedLink])
            self.update_stories(done)
            if self.assets.looked_at >= CACHED_IMAGES:
                self.forget_images()
            self.options.on_progress(done, len(self.found.articles))

    def import_decisions(self, withdraw: bool) -> None:
        for file, read in self.grown:
            with narrowed_to(file.path, self.add_problem):
                self.report.data_files += read(file, self.add_problem)
        self.report.data_files += import_decisions(self.found.root, self.found.decisions, withdraw, self.add_problem)

    def update_stories(self, done: int) -> None:
        """Update stories from time to time during a long import; its end updates the rest.

        Files that restore stories as they were have to be imported first.
        """
        if self.grown and not Story.objects.exists():
            return
        if self.story_steps.is_due(done):
            update_stories(self.options.readers)
            # The database has them now.
            self.pieces.clear()
            if len(self.found.articles) >= MANY:
                give_back_memory()

    def forget_images(self) -> None:
        """Store the facts that pages need about providers' logos read so far, and clear the cache of images."""
        with writing():
            update_own_images(self.assets)
        self.assets.forget()

    def is_large(self) -> bool:
        """Return whether enough files look new or changed for workers to be worth starting."""
        return len(self.found.articles) - Article.objects.filter(folder=self.folder.row).count() >= WORTHWHILE

    def take(self, result: Result) -> None:
        """Write one batch of files to the database."""
        self.report.read += result.read
        self.report.unread += result.taken - result.read
        self.report.left_out += result.left_out
        for problem in result.problems:
            self.add_problem(problem)
        with writing():
            self.keep_unchanged(result)
        articles = without_cleaned_up(result.articles)
        self.report.unchanged += len(result.articles) - len(articles)
        write_narrowed(articles, partial(self.write_articles, result), self.leave_out)

    def write_articles(self, result: Result, articles: Sequence[IncomingArticle]) -> None:
        """Write some articles of a result and count them: all or nothing."""
        with self.all_or_nothing(), writing():
            write_batch(self.context, self.folder, replace(result, articles=list(articles)))

    def write_topics(self, files: Sequence[SourceFile]) -> None:
        with self.all_or_nothing():
            self.report.data_files += import_topics(files, self.assets, self.add_problem)

    def write_organizations(self, files: Sequence[SourceFile]) -> None:
        with self.all_or_nothing():
            self.report.data_files += import_organizations(files, self.assets, self.add_problem)

    @contextlib.contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Count what one transaction inside writes and report its problems if it is committed, otherwise neither."""
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
            self.on_problem(self.found.root, problem)

    def leave_out(self, article: IncomingArticle, error: Exception) -> None:
        self.report.left_out += 1
        self.add_problem(unexpected(article.source, error))

    def leave_out_data(self, file: SourceFile, error: Exception) -> None:
        self.report.data_files += 1
        self.add_problem(unexpected(file.path, error))

    def known_files(self, paths: list[str]) -> dict[str, Known]:
        """Return what the database knows about files, by path."""
        elsewhere = Q(file_missing=True) | Q(folder=None) | ~Q(folder=self.folder.row)
        articles = Article.objects.filter(source_path__among=set(paths)).annotate(text=Cast("images", TextField()))
        rows = articles.annotate(look=ExpressionWrapper(elsewhere | Q(text__contains='"/'), BooleanField()))
        columns = rows.values_list("source_path", "file_digest", "file_stamp", "look")
        cleaned_up = {path: Known(*state) for path, state in known_tombstones(paths).items()}
        return cleaned_up | {str(path): Known(digest, stamp, look) for path, digest, stamp, look in columns}

    def keep_unchanged(self, result: Result) -> None:
        """Count unchanged files; restore articles whose files had been missing, and copy images that were added later."""
        self.report.unchanged += len(result.unchanged)
        returned: set[int] = set()
        looked_at: dict[int, ImageFacts] = {}
        if result.to_look_at:
            rows = Article.objects.filter(source_path__among=set(result.to_look_at))
            columns = ("pk", "images", "own_images", "file_missing", "folder")
            for pk, images, facts, missing, folder in rows.values_list(*columns):
                if (now := self.look_at_images(images)) != facts:
                    looked_at[pk] = now
                if missing or folder != self.folder.row.pk:
                    returned.add(pk)
        if returned:
            with changing_articles(returned):
                Article.objects.filter(pk__among=returned).update(file_missing=False, folder=self.folder.row)
        with changing_articles(looked_at):
            for pk, now in looked_at.items():
                Article.objects.filter(pk=pk).update(own_images=now)
        update_columns(Article, "source_path", ["file_stamp"], [(stamp, path) for path, stamp in result.stamps.items()])

    def look_at_images(self, images: list[Any]) -> ImageFacts:
        """Copy images of an unchanged article that were added later; return the facts that pages need about them."""
        own = list(own_images({"images": images}))
        for image in own:
            self.assets.copy(image.url)
        return self.assets.facts(own)

    def add_problem(self, problem: Problem) -> None:
        self.report.problems[problem.level] += 1
        if self.held is None:
            self.on_problem(self.found.root, problem)
        else:
            self.held.append(problem)
