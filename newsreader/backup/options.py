"""The settings of backups and histories, read from the environment when settings.py imports them."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from newsreader import environment

# The folder of scheduled backups; empty: there are none.
BACKUP_DIR: str = environment.text("BACKUP_DIR", "") and str(Path(environment.text("BACKUP_DIR", "")).absolute())
BACKUP_HOURS = environment.integer("BACKUP_HOURS", 24)
BACKUP_KEEP = environment.integer("BACKUP_KEEP", 14)
# Days for which the worker keeps histories; 0: for ever.
HISTORY_DAYS = environment.integer("HISTORY_DAYS", 0)
if BACKUP_HOURS < 1 or BACKUP_KEEP < 1:
    raise ImproperlyConfigured("BACKUP_HOURS and BACKUP_KEEP must be 1 or more")
if HISTORY_DAYS < 0:
    raise ImproperlyConfigured("HISTORY_DAYS must be 0 or more")
