"""Which thread answers what, and what a client gets."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsreader.serving import answers
from newsreader.serving.application import Server
from newsreader.serving.bodies import Bodies
from tests.support.granian_requests import Protocol, Scope, chunks, silence

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
LOGIN = "/admin/login/"


def server(application: Application, **values: Any) -> Server:
    return Server(application, LOGIN, Bodies(large_below="/admin/"), **values)


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("x-thread", threading.current_thread().name)])
    return [environ["PATH_INFO"].encode(), environ["wsgi.input"].read()]


async def asked(of: Server, scope: Scope, source: AsyncIterator[bytes] | None = None) -> Protocol:
    protocol = Protocol(source)
    await of(scope, protocol)  # type: ignore[arg-type]
    return protocol


def get(application: Application, scope: Scope, source: AsyncIterator[bytes] | None = None) -> Protocol:
    return asyncio.run(asked(server(application), scope, source))


class Held:
    """An application that answers pages at once, and logins when it is let go."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == LOGIN and environ["REQUEST_METHOD"] == "POST":
            assert self.goes_on.wait(60)
        return echo(environ, start)


def test_a_body_is_read_whole_before_the_application_is_asked() -> None:
    answer = get(echo, Scope("/settings/", "POST"), chunks(b"a=", b"1"))
    assert (answer.status, answer.body) == (200, b"/settings/a=1")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_body_of_a_request_that_has_none_is_not_waited_for(method: str) -> None:
    assert get(echo, Scope(method=method), silence(b"a")).body == b"/"


def test_a_flood_of_logins_delays_no_page_and_what_is_too_much_is_told_to_come_again() -> None:
    held = Held()

    async def scenario() -> None:
        site = server(held, logins_at_once=3)
        logins = [asyncio.create_task(asked(site, Scope(LOGIN, "POST"), chunks(b"x"))) for _ in range(16)]
        while sum(not login.done() for login in logins) > 3:
            await asyncio.sleep(0.001)
        # No login has been answered, and pages are, the login's own among them.
        for path in ("/", "/livez", LOGIN):
            assert (await asked(site, Scope(path))).status == 200
        assert sum(login.done() for login in logins) == 13
        held.goes_on.set()
        answers = [await task for task in logins]
        assert sorted(answer.status for answer in answers) == [200] * 3 + [503] * 13
        refused = next(answer for answer in answers if answer.status == 503)
        assert refused.headers["retry-after"] == "5"

    asyncio.run(scenario())


class Busy:
    """An application whose only thread answers nothing until it is let go."""

    def __init__(self) -> None:
        self.goes_on, self.begun = threading.Event(), threading.Event()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        self.begun.set()
        assert self.goes_on.wait(60)
        return echo(environ, start)

    async def while_busy(self, site: Server, path: str) -> Protocol:
        """Ask for ``path`` while a page is being made."""
        page = asyncio.create_task(asked(site, Scope("/")))
        while not self.begun.is_set():
            await asyncio.sleep(0.001)
        answer = await asked(site, Scope(path))
        assert not page.done()
        self.goes_on.set()
        assert (await page).status == 200
        return answer


def test_livez_answers_while_every_thread_is_busy() -> None:
    busy = Busy()
    assert asyncio.run(busy.while_busy(server(busy), "/livez")).body == b"alive\n"


def test_readyz_does_not_wait_long_for_a_busy_thread() -> None:
    busy = Busy()
    answer = asyncio.run(busy.while_busy(server(busy, ready_seconds=0.01), "/readyz"))
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")


class Closing(list[bytes]):
    """An answer that knows whether it was closed."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_an_answer_of_any_size_is_sent_whole_and_closed(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PIECE", 4)
    body = Closing([b"abc"] * number)

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("206 Partial Content", [("x-name", "value")])
        return body

    answer = get(application, Scope())
    assert (answer.status, answer.headers, answer.body) == (206, {"x-name": "value"}, b"abc" * number)
    assert body.is_closed


def test_an_answer_is_closed_when_its_reader_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PIECE", 1)
    body = Closing([b"a", b"b", b"c"])

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return body

    class Gone(Protocol):
        async def send_bytes(self, data: bytes) -> None:
            raise RuntimeError("closed")

    asyncio.run(server(application)(Scope(), Gone()))  # type: ignore[arg-type]
    assert body.is_closed


def test_a_page_is_made_while_a_large_answer_is_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PIECE", 1)

    class Slow(Protocol):
        async def send_bytes(self, data: bytes) -> None:
            await taking.wait()
            self.body += data

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return iter([b"a", b"b", b"c"] if environ["PATH_INFO"] == "/film" else [b"x"])

    async def scenario() -> None:
        site, slow = server(application), Slow()
        film = asyncio.create_task(site(Scope("/film"), slow))  # type: ignore[arg-type]
        assert (await asked(site, Scope("/"))).body == b"x"
        assert not film.done()
        taking.set()
        await film
        assert slow.body == b"abc"

    taking = asyncio.Event()
    asyncio.run(scenario())


def test_an_application_that_breaks_is_a_plain_500_and_the_next_request_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def breaks(environ: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        raise LookupError("within")

    site = server(breaks)

    async def twice() -> list[int]:
        return [(await asked(site, Scope())).status for _ in range(2)]

    assert asyncio.run(twice()) == [500, 500]
    assert "within" in caplog.text


def test_a_file_is_left_to_the_server_to_read(tmp_path: Path) -> None:
    path = tmp_path / "film.bin"
    path.write_bytes(b"abc")
    file = path.open("rb")

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [("content-length", "3")])
        return environ["wsgi.file_wrapper"](file)

    answer = get(application, Scope())
    assert (answer.body, answer.headers) == (f"the file {path}".encode(), {"content-length": "3"})
    assert file.closed


def test_a_part_of_a_file_is_only_that_part(tmp_path: Path) -> None:
    path = tmp_path / "film.bin"
    path.write_bytes(b"abcdef")

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("206 Partial Content", [])
        file = path.open("rb")
        file.seek(4)
        return environ["wsgi.file_wrapper"](file)

    assert get(application, Scope()).body == b"ef"


def test_what_editors_send_may_wait_and_readers_do_not_wait_with_it() -> None:
    goes_on = threading.Event()

    def site(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            assert goes_on.wait(60)
        return echo(environ, start)

    async def scenario() -> None:
        of = server(site)
        saving = asyncio.create_task(asked(of, Scope("/admin/articles/article/1/change/", "POST"), chunks(b"x")))
        for path in ("/", "/admin/", "/readyz"):
            assert (await asked(of, Scope(path))).status == 200
        assert not saving.done()
        goes_on.set()
        assert (await saving).status == 200

    asyncio.run(scenario())
