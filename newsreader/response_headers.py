"""The headers of every response that tell browsers what it may do, and who else may use it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSIONS = "Permissions-Policy"
RESOURCES = "Cross-Origin-Resource-Policy"
CONTENT = "Content-Security-Policy"

# What pages use themselves: copying an address, and passkeys at the login. Sharing, too, but Chromium on Linux does not know
# its name and complains; not named, it is for this site's pages alone.
OWN_FEATURES = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
# What all browsers know, or ignore without a complaint, and no page here needs.
NO_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture",
    "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip
# For responses that are no pages, such as static files: opened alone, they do nothing.
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# For what the server answers before there is a request for the site.
PLAIN = (
    ("x-content-type-options", "nosniff"),
    ("content-security-policy", NOTHING),
    (RESOURCES.lower(), "same-origin"),
)


def permissions_policy() -> str:
    """Return the value of Permissions-Policy: a few features for this site's pages, and none for frames of others."""
    return ", ".join([*(f"{name}=(self)" for name in OWN_FEATURES), *(f"{name}=()" for name in NO_FEATURES)])


def headers_for_all() -> dict[str, str]:
    """Return the headers of every response, unless its view has said something else.

    Images come from publishers' hosts, which do not say who may show them. ``credentialless`` lets them be shown and
    fetches them without cookies, so that isolation costs nothing; without such images, all has to be of this site.
    """
    return {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "credentialless" if settings.REMOTE_IMAGES else "require-corp",
        RESOURCES: "same-origin",
        PERMISSIONS: permissions_policy(),
    }


def transport_security() -> str:
    """Return the value of Strict-Transport-Security as SecurityMiddleware writes it; empty if there is none."""
    if not settings.SECURE_HSTS_SECONDS:
        return ""
    rest = (settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, "includeSubDomains"), (settings.SECURE_HSTS_PRELOAD, "preload")
    return "; ".join([f"max-age={settings.SECURE_HSTS_SECONDS}", *(name for is_on, name in rest if is_on)])


class ResponseHeadersMiddleware:
    """Complete the headers of responses.

    It is there twice: inside of the page cache, which stores pages with these headers, so that sending them costs
    nothing, and outside of all that may answer on its own, where most responses have them already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.headers = list(headers_for_all().items())
        self.transport = transport_security()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if PERMISSIONS not in response.headers and response.status_code != 304:
            self.complete(response, request)
        return response

    def complete(self, response: HttpResponse, request: HttpRequest) -> None:
        if is_for_all_sites(response):
            response.headers.setdefault(RESOURCES, "cross-origin")
        for name, value in self.headers:
            response.headers.setdefault(name, value)
        response.headers.setdefault(CONTENT, NOTHING)
        if not getattr(response, "xframe_options_exempt", False):
            response.headers.setdefault("X-Frame-Options", "DENY")
        if self.transport and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", self.transport)


def is_for_all_sites(response: HttpResponse) -> bool:
    """Return whether other sites may show a response: pictures, what is made for their frames, and static files."""
    is_image = response.headers.get("Content-Type", "").startswith("image/")
    is_for_frames = getattr(response, "xframe_options_exempt", False)
    return is_image or is_for_frames or response.headers.get("Access-Control-Allow-Origin") == "*"
