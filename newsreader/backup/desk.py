"""What the start page of the desk says of backups, to administrators."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from articles.admin.start_page import Section
from newsreader.backup.models import Backup


def backup_sections(user: Any) -> list[Section]:
    """Return a section that says how old the newest backup is; it is urgent when that is too old, or the last one failed."""
    if not user.is_superuser:
        return []
    title = _("Backups")
    if not settings.BACKUP_DIR:
        return [Section(title, note=_("None are scheduled: BACKUP_DIR is not set."), waits=False)]
    newest = Backup.objects.exclude(checked=None).first()
    last = Backup.objects.first()
    failed = last is not None and bool(last.error)
    notes = [_age(newest)]
    if last and failed:
        notes.insert(0, _("The last backup failed: %s") % f"{last.error.rstrip('.')}.")
    is_urgent = failed or _is_old(newest)
    return [Section(title, note=" ".join(notes), is_urgent=is_urgent, waits=is_urgent)]


def _age(newest: Backup | None) -> str:
    if newest is None:
        return _("There is no backup yet; a worker makes the first one.")
    text = _("The newest was made %(time)s ago; it was read back and is intact.")
    return text % {"time": timesince(newest.started)}


def _is_old(newest: Backup | None) -> bool:
    """Return whether a backup is missing: twice as much time has passed as between two."""
    return newest is None or timezone.now() - newest.started > 2 * dt.timedelta(hours=settings.BACKUP_HOURS)
