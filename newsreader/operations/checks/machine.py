"""Whether disks have room, and how long the certificate of the site's address is valid."""

import datetime as dt
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsreader.operations.findings import Finding, check, error, ok, warning

# Bytes that are free: fewer are an error, or a warning.
FULL, NEARLY_FULL = 200_000_000, 1_000_000_000
HANDSHAKE_SECONDS = 3.0
# Days for which a certificate is valid: programs renew it 30 days before its end.
SOON, VERY_SOON = 20, 5


@check("disk", gettext_lazy("Disk"))
def disks() -> Iterator[Finding]:
    folders = {_existing(Path(each)) for each in (settings.VAR_DIR, settings.MEDIA_ROOT)}
    devices = {each.stat().st_dev: each for each in sorted(folders, reverse=True)}
    for folder in devices.values():
        usage = shutil.disk_usage(folder)
        values = {"free": filesizeformat(usage.free), "total": filesizeformat(usage.total), "folder": folder}
        text = _("%(free)s of %(total)s are free at %(folder)s.") % values
        if usage.free > NEARLY_FULL:
            yield ok(text)
        else:
            finding = error if usage.free < FULL else warning
            yield finding(text, _("Free space, or give it a larger disk: without room nothing can be saved."))


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())


@check("certificate", gettext_lazy("Certificate"))
def certificate() -> Iterator[Finding]:
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https" or not address.hostname:
        yield ok(_("There is none to look at, as %s has no https address.") % "SITE_URL")
        return
    place = address.hostname, address.port or 443
    found = in_time(lambda: end_of_certificate(*place))
    if isinstance(found, dt.datetime):
        yield _days_left((found - timezone.now()).days)
    elif isinstance(found, ssl.SSLCertVerificationError):
        text = _("Browsers do not accept that of %(host)s: %(why)s") % {"host": place[0], "why": found.verify_message}
        yield error(text, _("Renew it, and have the server that ends https load it again."))
    else:
        text = _("%s could not be reached from here.") % f"{place[0]}:{place[1]}"
        yield warning(text, _("Look from another machine whether the site can be reached."))


def _days_left(days: int) -> Finding:
    text = ngettext("It is valid for %d more day.", "It is valid for %d more days.", days) % days
    if days >= SOON:
        return ok(text)
    finding = error if days < VERY_SOON else warning
    return finding(text, _("Renew it, and have the server that ends https load it again."))


def end_of_certificate(host: str, port: int) -> dt.datetime:
    """Return until when the certificate at an address is valid; raise SSLError or OSError without one."""
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=HANDSHAKE_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        seen = secure.getpeercert() or {}
    return dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(str(seen["notAfter"])), dt.UTC)


def in_time(look: Callable[[], dt.datetime]) -> dt.datetime | OSError:
    """Return what a function returns, or the error it raises; TimeoutError if it takes too long, as names may."""
    found: list[dt.datetime | OSError] = []

    def run() -> None:
        try:
            found.append(look())
        except OSError as failure:
            found.append(failure)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(HANDSHAKE_SECONDS + 1)
    return found[0] if found else TimeoutError()
