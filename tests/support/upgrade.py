"""``python -m tests.support.upgrade STATE EXPORT``: make a release's database, migrate it, and tell what readers then get.

The database is the one of ``DATABASE_URL``, which is empty; the state comes from ``tests.support.release_state``. The upgrade
is the one of ``docs/upgrading.md``. Prints JSON: ``differences`` as check_database would print them; ``old``, status and
heading by each address that the release had; ``pages``, what readers get; ``undone``, an edit before and after its undo. EXPORT becomes an export of it all.
With ``--load STATE``, the database is made, and not migrated.
"""

import datetime as dt
import io
import json
import os
import shutil
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

from tests.support.release_state import State, heading

HOST = "127.0.0.1"
STATES = sorted((Path(__file__).resolve().parents[1] / "upgrades").glob("*.json.xz"))
# Pages tell how old articles are.
NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def load(state: State) -> None:
    """Make the release's tables in an empty database, and fill them."""
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    MigrationExecutor(connection).migrate(list(state.migrations.items()))
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Rows come in the order of tables' names: neither keys nor triggers may look at them yet.
            cursor.execute("SET LOCAL session_replication_role = replica")
        for name, table in state.tables.items():
            _fill(cursor, name, table["columns"], table["rows"])
    connection.check_constraints()


def copy_files(state: State, media: Path) -> None:
    """Put pictures where the database has them."""
    from tests.conftest import SEED_EDITION

    shutil.copytree(SEED_EDITION / "assets", media / "assets")
    for name, data in state.files.items():
        (media / name).parent.mkdir(parents=True, exist_ok=True)
        (media / name).write_bytes(data)


def _fill(cursor: Any, name: str, columns: list[str], rows: list[list[Any]]) -> None:
    from django.db import connection

    described = {column.name: column for column in connection.introspection.get_table_description(cursor, name)}
    flags = {
        number
        for number, column in enumerate(columns)
        if connection.introspection.get_field_type(described[column].type_code, described[column]) == "BooleanField"
    }
    values = [
        [bool(each) if number in flags and each is not None else each for number, each in enumerate(row)]
        for row in rows
    ]
    quoted = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    cursor.execute(f'DELETE FROM "{name}"')
    if values:
        cursor.executemany(f'INSERT INTO "{name}" ({quoted}) VALUES ({marks})', values)
    if connection.vendor == "postgresql":
        for sequence in connection.introspection.get_sequences(cursor, name):
            key = sequence["column"]
            last = f'SELECT max("{key}") FROM "{name}"'
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', '{key}'), ({last}))")


def upgrade() -> None:
    from django.core.management import call_command

    for command in ("migrate", "rebuild_stories", "rebuild_search"):
        call_command(command, verbosity=0, stdout=io.StringIO())


def compared_addresses() -> list[str]:
    from articles.models import Provider, Topic
    from tests.support.whole_site import addresses_of

    places = [place.get_absolute_url() for model in (Topic, Provider) for place in model.objects.order_by("pk")]
    return [*addresses_of(with_stories=True), *places, "/topics/", "/providers/", "/stories/", "/threads/", "/archive/"]


def described(state: State, export: Path) -> dict[str, Any]:
    """Return what the module prints, and write the export."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from articles.changes.consistency import find_differences, lines_of
    from tests.support.export_runs import run_export
    from tests.support.whole_site import pages

    client = Client(SERVER_NAME=HOST)
    answers = {address: client.get(address, follow=True) for address in state.pages}
    undone = _undo()
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        found = pages(client, compared_addresses(), with_stories=True, linked=False)
    export.mkdir()
    return {
        "differences": list(lines_of(find_differences().differences())),
        "old": {address: [answer.status_code, heading(answer.content.decode())] for address, answer in answers.items()},
        "pages": found,
        "accounts": list(get_user_model().objects.values_list("username", flat=True)),
        "undone": undone,
        "problems": [str(problem) for problem in run_export(export, True)[1]],
    }


def _undo() -> list[Any]:
    """Undo what was done last; return the heat of its article before, and after."""
    from articles.editorial.undo import undo
    from articles.models import Action, Article

    action = Action.objects.latest("pk")
    article = Article.objects.get(heat=7, edited__has_key="heat")
    undo(action, None)
    return [article.heat, Article.objects.get(pk=article.pk).edited]


def main() -> None:
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    if sys.argv[1] == "--load":
        load(State.read(Path(sys.argv[2])))
        return
    state = State.read(Path(sys.argv[1]))
    settings.MEDIA_ROOT = Path(sys.argv[2]).with_name("media")
    with redirect_stdout(sys.stderr):
        load(state)
        copy_files(state, Path(settings.MEDIA_ROOT))
        upgrade()
        found = described(state, Path(sys.argv[2]))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
