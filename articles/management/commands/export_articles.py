"""``export_articles``: write what editors changed into a site folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.content.problems import Level, Problem
from articles.content.yaml.characters import one_line
from articles.management.base import DatabaseCommand
from articles.management.commands.import_articles import shown_path
from articles.sync.exports.change import Change
from articles.sync.exports.commit import Committing
from articles.sync.exports.export import Export
from articles.sync.exports.folder import ExportReport
from articles.sync.exports.git import RepositoryError
from articles.sync.imports.runs import running
from newsreader.audit.log import record
from newsreader.audit.models import Kind


class Command(DatabaseCommand):
    state_after_failure = "What was written before is right, and the next export writes the rest."
    help = "Write what editors changed into the files of a site folder, and only that."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="the site folder, or a copy of it")
        parser.add_argument(
            "--all", action="store_true", dest="everything", help="also write the files that are not there"
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--dry-run", action="store_true", help="print what would be written as a unified diff")
        how.add_argument("--check", action="store_true", help="exit with 1 when there is something to write")
        how.add_argument(
            "--commit", action="store_true", help="make a git commit of what is written, with its editors as co-authors"
        )
        parser.add_argument("--quiet", action="store_true", help="print errors only")

    def handle(
        self, *, folder: Path, everything: bool, dry_run: bool, check: bool, commit: bool, quiet: bool, **options: Any
    ) -> None:
        self.quiet = quiet
        if not folder.is_dir() and (not everything or dry_run or check or folder.exists()):
            raise CommandError(f"there is no folder {folder}", returncode=2)
        self.folder = folder
        with running():
            committing = self.plan(everything) if commit else None
            export = Export(folder, self.print_problem, everything)
            code = self.look(export, dry_run) if dry_run or check else self.write(export, committing)
        if code:
            raise SystemExit(code)

    def look(self, export: Export, with_diff: bool) -> int:
        """Print what would be written, as a diff or by path; return 1 if there is something, or a problem."""
        number = 0
        for change in export.changes():
            number += 1
            self.print_change(change, with_diff)
        if not self.quiet:
            self.stdout.write(f"{number} file{'' if number == 1 else 's'} to write")
        return int(bool(number and not with_diff) or has_failed(export.report))

    def print_change(self, change: Change, with_diff: bool) -> None:
        if with_diff:
            self.stdout.write("".join(change.diff()), ending="")
        elif not self.quiet:
            self.stdout.write(str(shown_path(self.folder / change.path)))

    def plan(self, everything: bool) -> Committing:
        """Return the planned commit, after checking that it is possible; nothing is written yet."""
        try:
            committing = Committing(self.folder)
            committing.plan(Export(self.folder, lambda problem: None, everything).changes())
        except RepositoryError as error:
            raise CommandError(f"nothing is written: {error}", returncode=2) from None
        return committing

    def write(self, export: Export, committing: Committing | None) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        report = export.run()
        record(Kind.EXPORT, "exported articles")
        if not self.quiet:
            self.stdout.write(totals(report))
        if committing:
            self.commit(committing, report)
        return int(has_failed(report))

    def commit(self, committing: Committing, report: ExportReport) -> None:
        try:
            done = committing.commit(report.paths)
        except RepositoryError as error:
            text = (
                "the files are written, but not committed; put right what git says, and the next export with --commit"
            )
            raise CommandError(f"{text} commits them, too:\n{error}", returncode=4) from None
        if self.quiet:
            return
        self.stdout.write(f"committed {done.name}: {done.subject}" if done else "nothing to commit")
        if done and done.with_others:
            text = "had changes that were not committed before; they are in the commit"
            self.stdout.write(self.style.WARNING(f"{done.with_others} of these files {text}"))

    def print_problem(self, problem: Problem) -> None:
        if self.quiet and problem.level is not Level.ERROR:
            return
        style = {Level.ERROR: self.style.ERROR, Level.WARNING: self.style.WARNING}.get(problem.level, str)
        path = shown_path(self.folder / problem.path)
        self.stdout.write(style(one_line(f"{path}:{str(problem).removeprefix(f'{problem.path}:')}")))


def has_failed(report: ExportReport) -> bool:
    """Return whether a change by an editor was not written into its file."""
    return bool(report.problems[Level.ERROR] or report.problems[Level.WARNING])


def totals(report: ExportReport) -> str:
    problems = ", ".join(f"{count} {level}{'s' if count != 1 else ''}" for level, count in report.problems.items())
    return f"written new {report.created}, changed {report.updated}, unchanged {report.unchanged}, problems: {problems}"
