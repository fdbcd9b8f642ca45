"""Tasks that editors start from their start page: the import of the site's folder, and rebuilds."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django_tasks import task

from articles.changes import rebuilds
from articles.db.locks import ImportIsRunningError
from articles.jobs.current import TaskFailedError, current_task, progress
from articles.models import ImportRun
from articles.sync.imports.recorded import import_recorded
from articles.sync.imports.report import Options
from articles.sync.imports.runs import running


@task()
def import_content() -> None:
    """Import the folder CONTENT_DIR; what was imported before it was interrupted is kept."""
    if not settings.CONTENT_DIR:  # an empty path would be the folder that the worker was started in
        raise TaskFailedError(_("This site has no folder to import."))
    folder = Path(settings.CONTENT_DIR)
    try:
        with running():
            report = import_recorded([folder], lambda root, problem: None, Options(on_progress=progress), _note_run)
    except ImportIsRunningError:
        raise TaskFailedError(_("Another import is running, or an export.")) from None
    if not (report.read or report.data_files):
        raise TaskFailedError(_("Nothing in %s could be read.") % folder)


def _note_run(run: ImportRun) -> None:
    if tasks := current_task():
        tasks.update(run=run)


@task()
def rebuild_listings() -> None:
    """Count the articles of all listings again."""
    rebuilds.count_listings_again()


@task()
def rebuild_search() -> None:
    """Index all articles for search again."""
    rebuilds.index_search_again()


@task()
def rebuild_stories() -> None:
    """Join all articles into stories again."""
    rebuilds.join_stories_again()
