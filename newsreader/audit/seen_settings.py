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


def record_settings() -> None:
    """Add an entry if settings differ from those seen last; a database that is down keeps no site from starting."""
    if not settings.AUDIT_DAYS:
        return
    with suppress(Error):
        now = digests()
        last = AuditEntry.objects.filter(kind=Kind.SETTINGS).first()
        before = last.details.get("digests", {}) if last else {}
        if now != before:
            changed = sorted(name for name in now.keys() | before.keys() if now.get(name) != before.get(name))
            record(Kind.SETTINGS, "started with other settings" if last else "started", digests=now, changed=changed)
