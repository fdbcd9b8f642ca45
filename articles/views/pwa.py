"""Manifest and service worker, with which browsers install the site and open pages offline."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from articles.views.pages import render_page

PAPER = "#fefefd"  # as --paper in tokens.css, light
ICONS = (("img/icon-192.png", 192, "any"), ("img/icon-512.png", 512, "any"), ("img/maskable-512.png", 512, "maskable"))


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show the page that the service worker opens in place of pages that cannot be reached."""
    return render_page(request, "offline.html", {})


@require_safe
@vary_on_cookie
def manifest(request: HttpRequest) -> HttpResponse:
    content = json.dumps(_manifest(), ensure_ascii=False)
    headers = {"Cache-Control": "public, max-age=3600"}
    return HttpResponse(content, content_type="application/manifest+json", headers=headers)


def _manifest() -> dict[str, Any]:
    front = reverse("front")
    return {
        "id": front,
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "description": str(settings.SITE_TAGLINE),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": front,
        "scope": front,
        "display": "standalone",
        "theme_color": PAPER,
        "background_color": PAPER,
        "icons": [
            {"src": static(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in ICONS
        ],
        "shortcuts": [
            {"name": _("All topics"), "url": reverse("topic_list")},
            {"name": _("Search"), "url": f"{front}search/"},
            {"name": _("Saved articles"), "url": reverse("saved")},
        ],
    }


@require_safe
@vary_on_cookie
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker from the root, as a worker may only answer for pages below its own address."""
    pages = [reverse("offline"), reverse("saved")]
    config = {"version": _version(), "shell": pages, "offline": pages[0], "files": settings.STATIC_URL}
    script = f"self.config = {json.dumps(config)};\nimportScripts({json.dumps(static('js/worker.js'))});\n"
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


def _version() -> str:
    """Return a version that changes with any static file, so that browsers replace what they stored."""
    files = getattr(staticfiles_storage, "manifest_hash", "")
    return hashlib.sha256(f"{files} {settings.SITE_NAME} {get_language()}".encode()).hexdigest()[:12]


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect from the address where browsers look for an icon by default."""
    response = HttpResponseRedirect(static("img/favicon.ico"))
    response["Cache-Control"] = "public, max-age=86400"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # feed readers show it
    return response
