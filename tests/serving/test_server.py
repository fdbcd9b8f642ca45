"""The documented command against clients that send half of what they announce."""

import json
import re
import socket
import time
import urllib.request
from collections.abc import Callable

import pytest

from bench.production import ROOT, Site, serving_command
from tests.support.answers import everything, status_of

# One site for all.
pytestmark = pytest.mark.xdist_group("serving")
FORMS = ["/settings/change/", "/settings/import/", "/settings/", "/", "/admin/login/"]
HALF_SENT = 20


def request_of(path: str, length: int, body: str, **headers: str) -> bytes:
    """Return a POST that announces ``length`` bytes and has ``body``, with a CSRF cookie that is made up."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: csrftoken={'a' * 32}", f"Content-Length: {length}"]
    lines += [
        "Content-Type: application/x-www-form-urlencoded",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", body]).encode()


def test_half_sent_forms_keep_no_reader_waiting(site: Site, connect: Callable[[], socket.socket]) -> None:
    for number in range(HALF_SENT):
        connect().sendall(request_of(FORMS[number % len(FORMS)], 1000, "a"))
    for path in ("/livez", "/", "/readyz"):
        begun = time.monotonic()
        with urllib.request.urlopen(site.url + path, timeout=10) as answer:
            assert answer.status == 200
        # Each of them took 15 seconds and more where a thread waited for them.
        assert time.monotonic() - begun < 1, path


def test_a_form_that_comes_in_pieces_is_read_whole(connect: Callable[[], socket.socket]) -> None:
    reader, form = connect(), "follow=ai&next=/topics/"
    reader.sendall(request_of("/settings/change/", len(form), form[:9], Connection="close"))
    time.sleep(0.1)
    reader.sendall(form[9:].encode())
    answer = everything(reader)
    assert status_of(answer) == 302
    assert b"location: /topics/" in answer


def test_who_announces_too_much_is_refused_before_anything_is_read(connect: Callable[[], socket.socket]) -> None:
    client = connect()
    client.sendall(request_of("/settings/import/", 2_000_000, "a"))
    assert status_of(everything(client)) == 413


def test_who_says_less_than_announced_and_goes_leaves_the_site_running(
    site: Site, connect: Callable[[], socket.socket]
) -> None:
    client = connect()
    client.sendall(request_of("/settings/change/", 1000, "follow=ai"))
    client.shutdown(socket.SHUT_WR)
    answer = everything(client)
    assert not answer or status_of(answer) == 400
    with urllib.request.urlopen(f"{site.url}/", timeout=10) as page:
        assert page.status == 200


def test_a_half_sent_body_of_a_get_is_never_waited_for(connect: Callable[[], socket.socket]) -> None:
    client = connect()
    client.sendall(request_of("/topics/", 1000, "a", Connection="close").replace(b"POST", b"GET", 1))
    assert status_of(everything(client)) == 200


def test_a_header_with_underscores_does_not_pass_for_the_real_one(connect: Callable[[], socket.socket]) -> None:
    def status_with(name: str) -> int:
        client, form = connect(), "follow=ai"
        more = {name: "cross-site", "Connection": "close"}
        client.sendall(request_of("/settings/change/", len(form), form, **more))
        return status_of(everything(client))

    assert [status_with("Sec-Fetch-Site"), status_with("Sec_Fetch_Site")] == [403, 302]


def test_the_documented_commands_are_the_one_that_is_tested() -> None:
    def options(text: str) -> list[list[str]]:
        commands = re.findall(
            r"(?:^|[/)])granian (--interface .+?newsreader\.\S+)", text.replace("\\\n", " "), re.MULTILINE
        )
        return [re.sub(r"--(host|port|workers) \S+", "", command).split() for command in commands]

    tested = re.sub(r"--(host|port|workers) \S+", "", " ".join(serving_command(1)[1:])).split()
    for name in ("Makefile", "README.md", "docs/deployment.md", "deploy/systemd/newsreader@.service"):
        assert options((ROOT / name).read_text(encoding="utf-8")) == [tested], name
    [command] = re.findall(r"^CMD (\[.+\])$", (ROOT / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert options("/" + " ".join(json.loads(command))) == [tested]
