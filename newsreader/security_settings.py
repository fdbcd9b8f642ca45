"""The part of the settings that browsers are told of: https, the content security policy, and who to write to."""

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from newsreader import environment

SECURE_SSL_REDIRECT = environment.boolean("HTTPS_ONLY", False)

# Images of articles and providers are loaded from their publishers, so that any host is allowed unless REMOTE_IMAGES is
# off; on an https site only by https, to which browsers upgrade http there. Everything else comes from this site, and no
# page needs inline scripts or styles, so that one policy fits every page.
REMOTE_IMAGES = environment.boolean("REMOTE_IMAGES", True)
_IMAGE_SCHEMES = ["https:"] if SECURE_SSL_REDIRECT else ["https:", "http:"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, *(_IMAGE_SCHEMES if REMOTE_IMAGES else []), "data:"],
        "manifest-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "worker-src": [SELF],
        "upgrade-insecure-requests": SECURE_SSL_REDIRECT,
    },
}

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"

# For how much of a domain browsers remember that there is only https: other hosts of it are not this site's to decide on.
HSTS = environment.text("HSTS", "host", among=("host", "subdomains", "preload"))
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HSTS in ("subdomains", "preload")
SECURE_HSTS_PRELOAD = HSTS == "preload"
# What Django advises about that, for domains that have one site: here it is a setting.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
# By https, names that browsers accept only from this very host: neither a neighbour's host nor http can set such cookies.
_HOST = "__Host-" if SECURE_SSL_REDIRECT else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_HOST}sessionid", f"{_HOST}csrftoken"
CSRF_FAILURE_VIEW = "articles.views.errors.foreign_form"
KNOWN_BROWSER_COOKIE = "__Secure-known_browser" if SECURE_SSL_REDIRECT else "known_browser"
BEHIND_HTTPS_PROXY = environment.boolean("BEHIND_HTTPS_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS_PROXY else None
# Networks of the proxies whose X-Forwarded-For is believed; by default, with a proxy, those on this machine.
TRUSTED_PROXIES = environment.texts("TRUSTED_PROXIES", ["127.0.0.0/8", "::1"] if BEHIND_HTTPS_PROXY else [])


def _contacts() -> list[str]:
    """Return the addresses in SECURITY_CONTACT as URIs; those without a scheme are of mail."""
    given = environment.texts("SECURITY_CONTACT")
    contacts = [f"mailto:{each}" if ":" not in each and "@" in each else each for each in given]
    if wrong := [each for each in contacts if not each.startswith(("mailto:", "https://", "tel:"))]:
        raise ImproperlyConfigured(f"SECURITY_CONTACT needs mail addresses or https addresses, not {wrong[0]!r}")
    return contacts


# Who to tell of a weakness of this site, for /.well-known/security.txt; without one there is no such page.
SECURITY_CONTACTS = _contacts()
