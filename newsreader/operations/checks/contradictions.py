"""Settings that contradict each other, or what is there."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsreader.operations.findings import Finding, check, error, ok, warning

OF_THIS_MACHINE = {"127.0.0.1", "localhost", "[::1]", ".localhost"}
SHORT_KEY = 50  # characters, as Django has it


@check("settings", gettext_lazy("Settings"))
def contradictions() -> Iterator[Finding]:
    found = [*_hosts(), *_https(), *_secrets(), *_places()]
    yield from found or [ok(_("They fit each other."))]


def _hosts() -> Iterator[Finding]:
    public = sorted(set(settings.ALLOWED_HOSTS) - OF_THIS_MACHINE)
    if settings.DEBUG and public:
        text = _("DEBUG is on, and the site answers to %s: whoever causes an error sees its insides.") % public[0]
        yield error(text, _("Set %s.") % "DEBUG=false")
    if "*" in settings.ALLOWED_HOSTS:
        text = _("The site answers to any name, so that links may lead elsewhere.")
        yield warning(text, _("Name its hosts in %s.") % "ALLOWED_HOSTS")
    host = urlsplit(settings.SITE_URL).hostname
    if host and not validate_host(host, settings.ALLOWED_HOSTS):
        text = _("%(host)s of SITE_URL is not in ALLOWED_HOSTS: its readers get an error.") % {"host": host}
        yield error(text, _("Name its hosts in %s.") % "ALLOWED_HOSTS")
    if settings.WEBSUB_HUBS and not settings.SITE_URL:
        text = _("Hubs are to be told of changes, but the site's address is not known.")
        yield error(text, _("Set %s.") % "SITE_URL=https://…")


def _https() -> Iterator[Finding]:
    has_https = settings.SITE_URL.startswith("https://")
    if settings.SECURE_SSL_REDIRECT and settings.SITE_URL and not has_https:
        yield error(_("HTTPS_ONLY is on, and SITE_URL has no https."), _("Set %s.") % "SITE_URL=https://…")
    if has_https and not settings.SECURE_SSL_REDIRECT:
        text = _("SITE_URL has https, and HTTPS_ONLY is off: cookies of logins go over http, too.")
        yield warning(text, _("Set %s.") % "HTTPS_ONLY=true")
    if settings.BEHIND_HTTPS_PROXY and not settings.TRUSTED_PROXIES:
        text = _("There is a proxy, but none is trusted: all readers have its address, and share its limits.")
        yield warning(text, _("Name its network in %s.") % "TRUSTED_PROXIES")
    if settings.TRUSTED_PROXIES and not settings.BEHIND_HTTPS_PROXY and settings.SECURE_SSL_REDIRECT:
        text = _("Proxies are trusted, but not what they say of https: readers may be redirected forever.")
        yield warning(text, _("Set %s.") % "BEHIND_HTTPS_PROXY=true")
    if settings.HSTS != "host" and not settings.SECURE_SSL_REDIRECT:
        yield warning(_("HSTS has no effect, as HTTPS_ONLY is off."), _("Set %s.") % "HTTPS_ONLY=true")


def _secrets() -> Iterator[Finding]:
    if len(settings.SECRET_KEY) < SHORT_KEY or len(set(settings.SECRET_KEY)) < 5:
        text = _("SECRET_KEY is short: whoever guesses it can log in as anybody.")
        command = 'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        yield (warning if settings.DEBUG else error)(text, _("Take one from: %s") % command)


def _places() -> Iterator[Finding]:
    if settings.CONTENT_DIR and not Path(settings.CONTENT_DIR).is_dir():
        text = _("There is no folder %s, which is to be imported.") % settings.CONTENT_DIR
        yield error(text, _("Make it, or correct %s.") % "CONTENT_DIR")
