"""What the start page of the desk says of backups, to administrators."""

from typing import Any

from django.utils.translation import gettext as _

from articles.admin.start_page import Section
from newsreader.backup.state import backup_state


def backup_sections(user: Any) -> list[Section]:
    """Return a section that says how old the newest backup is; it is urgent when that is too old, or the last one failed."""
    if not user.is_superuser:
        return []
    is_urgent, note = backup_state()
    return [Section(_("Backups"), note=note, is_urgent=is_urgent, waits=is_urgent)]
