"""The database of a release, as a file from which later releases make it again, to migrate it.

``python -m tests.support.release_state tests/upgrades/VERSION.json.xz`` is run once for each release, on its code: it fills a
database of its own with the sample edition, and with every kind of change that editors can make.
"""

import base64
import datetime as dt
import json
import lzma
import os
import re
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# The index of searches differs between databases, and `rebuild_search` makes it of what is there.
DERIVED = ("articles_search", "sqlite_")
# What is written by migrating, or ends with an upgrade.
LEFT_OUT = {"django_migrations", "django_session", "django_admin_log"}
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class State:
    """``migrations``: the last of each app; ``tables``: ``columns`` and ``rows`` by name; ``pages``: headings by address.

    ``files``: pictures that came with edits, by path; those of the sample edition stay in its folder.
    """

    migrations: dict[str, str]
    tables: dict[str, dict[str, list[Any]]]
    pages: dict[str, str]
    files: dict[str, bytes]

    @classmethod
    def read(cls, path: Path) -> "State":
        return cls(**json.loads(lzma.decompress(path.read_bytes()), object_hook=_bytes))

    def write(self, path: Path) -> None:
        path.write_bytes(lzma.compress(json.dumps(asdict(self), default=_encoded, sort_keys=True).encode()))


def _encoded(value: Any) -> dict[str, str]:
    return {"base64": base64.b64encode(bytes(value)).decode()}


def _bytes(found: dict[str, Any]) -> Any:
    return base64.b64decode(found["base64"]) if found.keys() == {"base64"} else found


def heading(page: str) -> str:
    """Return the text of a page's first heading."""
    found = HEADING.search(page)
    return " ".join(TAG.sub("", found[1]).split()) if found else ""


def state() -> State:
    """Return the state of this process's database, which is on SQLite."""
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    tables = {}
    # Not Django's connection, which makes dates of texts.
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as database:
        # No virtual tables, nor what is behind them: they are made of others.
        listed = database.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
        for (name,) in sorted(listed.fetchall()):
            if name.startswith(DERIVED) or name in LEFT_OUT:
                continue
            found = database.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", [name])
            columns = [column for (column,) in found]
            quoted = ", ".join(f'"{column}"' for column in columns)
            rows = database.execute(f'SELECT {quoted} FROM "{name}" ORDER BY rowid')
            tables[name] = {"columns": columns, "rows": [list(row) for row in rows]}
    return State(
        dict(MigrationLoader(connection).graph.leaf_nodes()), tables, _pages(), _files(Path(settings.MEDIA_ROOT))
    )


def _files(media: Path) -> dict[str, bytes]:
    from tests.conftest import SEED_EDITION

    names = [path.relative_to(media) for path in sorted(media.rglob("*")) if path.is_file()]
    return {str(name): (media / name).read_bytes() for name in names if not (SEED_EDITION / name).exists()}


def _pages() -> dict[str, str]:
    from django.test import Client

    from tests.support.whole_site import addresses_of

    answers = {address: Client(SERVER_NAME="127.0.0.1").get(address) for address in addresses_of(with_stories=True)}
    return {
        address: heading(answer.content.decode()) for address, answer in answers.items() if answer.status_code == 200
    }


def _fill() -> None:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from articles.editorial.edits import edit_articles
    from articles.editorial.recording import recording
    from articles.models import Article
    from tests.conftest import SEED_EDITION
    from tests.support.whole_site import edit_everything

    call_command("migrate", verbosity=0)
    call_command("import_articles", SEED_EDITION, verbosity=0)
    edit_everything()
    editor = get_user_model().objects.create_user("ada", password="a long password", is_staff=True, is_superuser=True)
    article = Article.objects.filter(is_reference=False, edited={}).order_by("pk")[0]
    with recording(editor, "edit", "A note to the action") as record:
        record.watch_articles([article.pk])
        edit_articles([article.pk], heat=7)
    # Later than any day on which this is migrated.
    Article.objects.filter(published=False, is_reference=False).update(
        publish_at=dt.datetime(2123, 1, 1, tzinfo=dt.UTC)
    )


def main() -> None:
    target = Path(sys.argv[1]).absolute()
    with tempfile.TemporaryDirectory(prefix="newsreader-release-") as name:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{name}/release.sqlite3",
            "VAR_DIR": name,
            "MEDIA_ROOT": f"{name}/media",
        }
        os.environ.setdefault("SECRET_KEY", "a release")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        import django
        from django.conf import settings

        django.setup()
        settings.MEDIA_ROOT = f"{name}/media"
        _fill()
        state().write(target)


if __name__ == "__main__":
    main()
