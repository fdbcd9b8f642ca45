"""The newest scheduled backup, as its folder has it: the database may be out of order."""

from pathlib import Path

from django.conf import settings

PATTERN = "newsreader-*.zip"


def newest_archive() -> Path | None:
    """Return the newest archive in BACKUP_DIR, None if there is none."""
    return max(Path(settings.BACKUP_DIR).glob(PATTERN), default=None) if settings.BACKUP_DIR else None


def how_to_restore() -> str:
    """Return a sentence for somebody whose database is lost."""
    newest = newest_archive()
    if newest is None:
        return "Restore a backup into a new file; BACKUP_DIR has none. See docs/operations.md"
    return f"Restore the newest backup into a new file: `manage.py restore {newest}`. See docs/operations.md"
