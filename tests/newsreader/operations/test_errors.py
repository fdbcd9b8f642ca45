"""A person is told of each kind of error once, with nothing of what came with the request."""

import json
import logging
import runpy
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from newsreader import urls
from newsreader.operations import error_settings, errors
from newsreader.operations.errors import DAY, ReportHandler, count, kind_of

SECRET = "a-secret-that-nobody-may-see"


def broken(request: HttpRequest, token: str) -> HttpResponse:
    raise KeyError(request.GET["q"])


urlpatterns = [path("broken/<str:token>/", broken), *urls.urlpatterns]
handler500 = "articles.views.errors.server_error"


class Hook:
    """A webhook: what it was told, and what it answers."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.status = 204
        self.address = ""


@pytest.fixture
def hook(settings: Settings, tmp_path: Path) -> Iterator[Hook]:
    state = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.headers.append(str(self.headers))
            self.send_response(state.status)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.address = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.ERROR_WEBHOOK, settings.VAR_DIR = state.address, tmp_path
        yield state
        server.shutdown()


@pytest.fixture
def handler() -> Iterator[ReportHandler]:
    """The handler, as LOGGING has it."""
    found = ReportHandler()
    logging.getLogger().addHandler(found)
    yield found
    logging.getLogger().removeHandler(found)
    found.flush()


def fail(times: int = 1) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = SECRET
    for _ in range(times):
        answer = client.get(f"/broken/{SECRET}/?q={SECRET}", headers={"authorization": f"Bearer {SECRET}"})
        assert answer.status_code == 500


@pytest.mark.urls("tests.newsreader.operations.test_errors")
@pytest.mark.django_db
def test_a_kind_is_reported_once_and_without_anything_of_the_request(hook: Hook, handler: ReportHandler) -> None:
    fail(3)
    handler.flush()
    [report] = hook.told
    assert report["kind"] == "KeyError in test_errors.py, broken"
    assert (report["times"], report["method"], report["route"]) == (1, "GET", "/broken/<str:token>/")
    assert len(report["request_id"]) == 16
    assert report["request_id"] in report["text"]
    assert SECRET not in json.dumps(report) + hook.headers[0]


@pytest.mark.urls("tests.newsreader.operations.test_errors")
@pytest.mark.django_db
def test_one_that_goes_on_is_reported_again_after_a_day_with_its_number(
    hook: Hook, handler: ReportHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(3)
    monkeypatch.setattr(errors, "DAY", 0.0)
    fail()
    handler.flush()
    assert [report["times"] for report in hook.told] == [1, 3]
    assert "3 times since the last report" in hook.told[1]["text"]


@pytest.mark.urls("tests.newsreader.operations.test_errors")
@pytest.mark.django_db
def test_a_report_that_does_not_arrive_is_made_at_the_next_error(
    hook: Hook, handler: ReportHandler, caplog: pytest.LogCaptureFixture
) -> None:
    hook.status = 500
    fail()
    handler.flush()
    assert "An error could not be reported: OSError" in caplog.text
    hook.status = 204
    fail()
    handler.flush()
    assert len(hook.told) == 2


@pytest.mark.urls("tests.newsreader.operations.test_errors")
@pytest.mark.django_db
def test_mail_says_the_same(settings: Settings, tmp_path: Path, handler: ReportHandler) -> None:
    settings.ERROR_MAIL_TO, settings.VAR_DIR = ["operator@news.example"], tmp_path
    fail(2)
    handler.flush()
    [sent] = mail.outbox
    assert sent.to == ["operator@news.example"]
    assert sent.subject == "[Newsreader] KeyError in test_errors.py, broken"
    assert SECRET not in sent.body


def test_what_any_client_can_cause_is_not_reported(hook: Hook, handler: ReportHandler) -> None:
    logging.getLogger("django.security.DisallowedHost").error("Invalid HTTP_HOST header: 'x'")
    logging.getLogger("articles").warning("This is no error")
    handler.flush()
    assert hook.told == []


def test_without_an_exception_the_kind_is_the_text_without_its_values(hook: Hook, handler: ReportHandler) -> None:
    for value in (SECRET, "another"):
        logging.getLogger("articles.somewhere").error("The file %s is gone", value)
    handler.flush()
    assert [report["kind"] for report in hook.told] == ["articles.somewhere: The file %s is gone"]


def test_a_folder_that_cannot_be_written_fails_nobody(
    settings: Settings, tmp_path: Path, handler: ReportHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").write_text("a file")
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logging.getLogger("articles").error("An error")


def test_processes_of_a_machine_count_together_whatever_their_clock_does(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    numbers = [count("a kind", now) for now in (1000.0, 1001.0, 1002.0, 1000.0 + DAY, 1001.0 + DAY, 500.0, 501.0)]
    assert numbers == [1, 0, 0, 3, 0, 2, 0]
    [file] = (tmp_path / "errors").iterdir()
    file.write_text("damaged")
    assert count("a kind", 502.0) == 1


def test_the_place_is_the_innermost_one_of_the_project_wherever_that_is_installed(
    settings: Settings, tmp_path: Path
) -> None:
    settings.BASE_DIR = tmp_path / "site-packages"
    names: dict[str, Any] = {}
    for name, text in [
        ("json/made.py", "def library():\n    raise KeyError('x')"),
        ("articles/views/made.py", "def view():\n    library()"),
    ]:
        exec(compile(text, str(settings.BASE_DIR / name), "exec"), names)
    try:
        names["view"]()
    except KeyError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", None, (KeyError, error, error.__traceback__))
    assert kind_of(record) == "KeyError in articles/views/made.py, view"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ERROR_WEBHOOK": "hooks.example/errors"}, "ERROR_WEBHOOK must be an address"),
        ({"ERROR_MAIL_TO": "operator@news.example", "EMAIL_URL": ""}, "ERROR_MAIL_TO needs EMAIL_URL"),
    ],
)
def test_settings_that_tell_nobody_are_refused(
    values: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=words):
        runpy.run_path(error_settings.__file__)


def test_the_log_has_the_handler_where_somebody_is_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert runpy.run_path(error_settings.__file__)["ERROR_HANDLERS"] == {}
    monkeypatch.setenv("ERROR_WEBHOOK", "https://hooks.example/errors")
    [handler] = runpy.run_path(error_settings.__file__)["ERROR_HANDLERS"].values()
    assert handler == {"class": "newsreader.operations.errors.ReportHandler", "level": "ERROR"}
