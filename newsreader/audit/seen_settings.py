"""Records with which settings the site starts: names, and digests that tell a change without telling the value."""

import hashlib
import hmac
import os
from contextlib import suppress

from django.conf import settings
from django.db import Error

from newsreader import environment
from newsreader.audit.log import record
from newsreader.audit.models import AuditEntry, Kind


def digests() -> dict[str, str]:
    """Return a digest of each setting that the environment has, keyed with SECRET_KEY: nobody can try values without it."""
    key = settings.SECRET_KEY.encode()
    return {
        name: hmac.new(key, f"{name}={os.environ[name]}".encode(errors="surrogateescape"), hashlib.sha256).hexdigest()[
            :16
        ]
        for name in environment.names_set()
    }


def record_settings(process: str = "site") -> None:
    """Add an entry if settings differ from those that the site, or the worker, had last.

    The two may have an environment each. A database that is down keeps nothing from starting.
    """
    if not settings.AUDIT_DAYS:
        return
    with suppress(Error):
        now = digests()
        rows = AuditEntry.objects.filter(kind=Kind.SETTINGS)
        # Before the worker did so, too, entries did not say whose they are.
        last = next((row for row in rows.iterator() if row.details.get("process", "site") == process), None)
        before = last.details.get("digests", {}) if last else {}
        if now != before:
            changed = sorted(name for name in now.keys() | before.keys() if now.get(name) != before.get(name))
            what = f"{process} started with other settings" if last else f"{process} started"
            record(Kind.SETTINGS, what, process=process, digests=now, changed=changed)
