"""What caches and hubs are told goes to nobody else: redirects are not followed, and certificates are checked."""

import datetime as dt
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from articles.distribution.websub.sending import HubError, tell
from newsreader.cdn.services import Purge, PurgeError, services


def _purge(address: str) -> None:
    (found,) = services([f"fastly://token@service?endpoint={address}"])
    found.send(Purge(("article-7",), ("/",)))


def _tell(address: str) -> None:
    tell(f"{address}/publish", ["/feed.rss"])


BOTH = pytest.mark.parametrize(("send", "error"), [(_purge, PurgeError), (_tell, HubError)])


@contextmanager
def server(asked: list[str], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve, on the port that this yields, a redirect to another page of the same server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - http.server looks for this name

        def log_message(self, *arguments: object) -> None:
            """Print nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *arguments: object) -> None:
            """Print nothing of clients that end a handshake."""

    with Server(("127.0.0.1", 0), Handler) as serving:
        if context:
            serving.socket = context.wrap_socket(serving.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving.server_port
        serving.shutdown()
        thread.join()


@BOTH
def test_redirects_are_not_followed(send: Callable[[str], None], error: type[Exception]) -> None:
    asked: list[str] = []
    with server(asked) as port, pytest.raises(error, match="HTTP status 307"):
        send(f"http://127.0.0.1:{port}")
    assert len(asked) == 1


@BOTH
def test_a_certificate_that_nobody_vouches_for_is_refused(
    send: Callable[[str], None], error: type[Exception], tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path / "own.pem"))
    asked: list[str] = []
    with server(asked, context) as port, pytest.raises(error, match="SSLError"):
        send(f"https://localhost:{port}")
    assert asked == []


def _certificate(path: Path) -> Path:
    """Write a key and its certificate for localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, form, plain)
    path.write_bytes(text + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path
