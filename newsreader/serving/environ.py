"""The WSGI environment of a request."""

import sys
from typing import Any, BinaryIO

from newsreader.serving.specification import Scope

COMMON: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
UNPREFIXED = {"content-type": "CONTENT_TYPE"}


def environ_of(scope: Scope, body: BinaryIO, size: int) -> dict[str, Any]:
    """Return the WSGI environment of a request whose body has been received.

    granian decodes paths as UTF-8, with U+FFFD for invalid bytes, which no path here contains.
    """
    server, port = _address(scope.server)
    environ = COMMON | {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _address(scope.client)[0],
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
    }
    if scope.authority:  # HTTP/2 has no Host
        environ["HTTP_HOST"] = scope.authority
    _add_headers(environ, scope.headers.items())
    environ["CONTENT_LENGTH"] = str(size)  # the actual size, not the announced one
    return environ


def _add_headers(environ: dict[str, Any], headers: list[tuple[str, str]]) -> None:
    """Add headers under their WSGI names.

    Those have underscores for hyphens: a client's header with underscores could pass for one that only the proxy may set,
    so such headers are ignored.
    """
    for name, value in headers:
        if "_" in name or name == "content-length":
            continue
        key = UNPREFIXED.get(name) or "HTTP_" + name.upper().replace("-", "_")
        if key in environ and name != "host":
            # A browser on HTTP/2 may send each cookie in a header of its own.
            environ[key] += ("; " if name == "cookie" else ",") + value
        else:
            environ[key] = value


def _address(text: str) -> tuple[str, str]:
    """Split ``host:port``; IPv6 addresses lose their brackets."""
    host, _, port = text.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), port
