"""Migrations since the previous release only add, so that it runs on the new schema while servers are replaced.

``python -m tests.support.previous_release`` runs django-migration-linter on them.
"""

import os
import sys
from pathlib import Path

# The last migration of the previous release.
LAST_MIGRATION = "0019_unique_rows"
# They relax a check constraint of a table, for which SQLite writes it anew: the linter takes that for new columns and
# constraints. The new table of 0028 has no rows of the previous release, nor have those of 0031, which get constraints.
# The new columns of 0037 have a default in the database, so that the previous release still adds rows.
RELAXING = {"0028_own_articles", "0031_threads", "0037_conflicts_of_topics"}
MIGRATIONS = Path(__file__).resolve().parents[2] / "articles" / "migrations"


def later_migrations() -> list[str]:
    names = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    return names[names.index(LAST_MIGRATION) + 1 :]


def lint() -> bool:
    """Print what the linter says of each migration; return whether it finds no error."""
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(
        path=str(MIGRATIONS.parents[1]),
        include_apps=["articles"],
        include_name=[name for name in later_migrations() if name not in RELAXING],
        no_cache=True,
        quiet=["ok", "ignore"],
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return not linter.has_errors


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    sys.exit(0 if not later_migrations() or lint() else 1)
