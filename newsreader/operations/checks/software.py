"""Which versions run, whether the tables are theirs, and whether static files were collected."""

import platform
from collections.abc import Iterator

import django
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsreader import __version__
from newsreader.operations.findings import Finding, check, error, ok


@check("versions", gettext_lazy("Versions"))
def versions() -> Iterator[Finding]:
    database = ".".join(map(str, connection.get_database_version()))
    yield ok(
        f"Newsreader {__version__}, Django {django.get_version()}, Python {platform.python_version()}, "
        f"{connection.display_name} {database}"
    )


@check("migrations", gettext_lazy("Migrations"))
def migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    if missing := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
        text = ngettext("%d migration has not been run.", "%d migrations have not been run.", missing) % missing
        yield error(text, _("Run: %s") % "manage.py migrate")
    else:
        yield ok(_("All have been run."))


@check("static", gettext_lazy("Static files"))
def static_files() -> Iterator[Finding]:
    if not hasattr(staticfiles_storage, "hashed_files") or getattr(staticfiles_storage, "hashed_files", None):
        yield ok(_("They are there."))
    else:
        text = _("None have been collected in %s.") % settings.STATIC_ROOT
        yield error(text, _("Run: %s") % "manage.py collectstatic --noinput")
