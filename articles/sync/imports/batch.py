"""Writes one batch of files to the database, in the open transaction, which holds the write lock."""

from articles.content.duplicates import duplicate_of
from articles.content.files import SourceFile
from articles.sync.imports.context import Context, Folder
from articles.sync.imports.known_pieces import learn_pieces
from articles.sync.imports.matching import Matcher
from articles.sync.imports.row import Row
from articles.sync.imports.workers import Result
from articles.sync.imports.writing import ArticleWriter


def write_batch(context: Context, folder: Folder, result: Result) -> None:
    """Write the articles of one result."""
    matcher = Matcher(context, folder)
    matched = matcher.match(result.articles)
    rows = ArticleWriter(context, result.entries).write(matched)
    if rows:
        _report_duplicates(context, folder, rows)
        _count(context, rows, matcher.renamed)


def _report_duplicates(context: Context, folder: Folder, rows: list[Row]) -> None:
    """Report files that have the same piece as other files or existing articles."""
    numbers = {row.incoming.piece for row in rows if row.incoming.piece is not None}
    learn_pieces(folder.pieces, numbers, {row.pk for row in rows})
    for row in rows:
        file = SourceFile(folder.root, row.incoming.source)
        if problem := duplicate_of(file, row.incoming.piece, folder.pieces):
            context.add_problem(problem)


def _count(context: Context, rows: list[Row], renamed: set[str]) -> None:
    report = context.report
    for row in rows:
        if row.incoming.source in renamed:
            report.moved += 1
        elif row.is_new:
            report.created += 1
        elif row.is_changed:
            report.updated += 1
        else:
            report.unchanged += 1
