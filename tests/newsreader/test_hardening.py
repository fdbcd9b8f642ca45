"""What a public site is told in its settings, and what its log tells."""

import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from bench.production import ROOT
from newsreader.logs import LONGEST, ClientsMistakes, LineFormatter


def policy_of(**environment: str) -> str:
    """Return the images and the upgrade that the policy of a site with these settings names."""
    return printed(
        "from newsreader.settings import CONTENT_SECURITY_POLICY as policy\n"
        "values = policy['DIRECTIVES']\n"
        "print(*values['img-src'], values['upgrade-insecure-requests'])",
        environment,
    )


def printed(script: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("https_only", "remote", "policy"),
    [
        ("false", "true", "'self' https: http: data: False"),
        ("true", "true", "'self' https: data: True"),
        ("true", "false", "'self' data: True"),
        ("false", "false", "'self' data: False"),
    ],
)
def test_images_come_by_https_alone_where_pages_do(https_only: str, remote: str, policy: str) -> None:
    assert policy_of(HTTPS_ONLY=https_only, REMOTE_IMAGES=remote) == policy


@pytest.mark.parametrize(
    ("https_only", "names"),
    [
        ("true", "__Host-sessionid __Host-csrftoken __Secure-known_browser"),
        ("false", "sessionid csrftoken known_browser"),
    ],
)
def test_cookies_of_https_sites_have_names_that_nobody_else_can_set(https_only: str, names: str) -> None:
    script = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'newsreader.settings'\n"
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.KNOWN_BROWSER_COOKIE)\n"
        "assert (s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_PATH) == ('/', None, '/')"
    )
    assert printed(script, {"HTTPS_ONLY": https_only}) == names


@pytest.mark.django_db
def test_an_upgrade_that_is_off_is_not_in_the_policy(client: Client) -> None:
    assert "upgrade" not in client.get("/offline/")["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_a_login_that_names_no_page_of_this_site_goes_to_the_start_page(client: Client, target: str) -> None:
    User.objects.create_user("ada", password="right", is_staff=True)
    data = {"login": "ada", "password": "right", "next": target}
    for query in ("", f"?next={target}"):
        answer = client.post(reverse("admin:login") + query, data, follow=True)
        assert (answer.redirect_chain, answer.status_code) == ([(reverse("admin:index"), 302)], 200)


class Lines(logging.Handler):
    """The lines that the site's own handler would write."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("{levelname} {name}: {message}", style="{"))
        self.addFilter(ClientsMistakes())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.mark.parametrize("host", ["elsewhere.example", "x y\r\nz", "a" * 5000])
def test_a_bad_host_is_one_short_line(host: str) -> None:
    lines = Lines()
    logger = logging.getLogger("django.security.DisallowedHost")
    logger.addHandler(lines)
    try:
        assert Client().get("/", headers={"host": host}).status_code == 400
    finally:
        logger.removeHandler(lines)
    [line] = lines.lines
    assert line.startswith(f"ERROR django.security.DisallowedHost: Invalid HTTP_HOST header: {host!r}"[:100])
    assert line.isprintable()
    assert len(line) < LONGEST + 60


def test_lines_have_the_time_in_utc_and_say_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    options = settings.LOGGING["formatters"]["line"]
    assert options["()"] == "newsreader.logs.LineFormatter"
    record = logging.LogRecord("site", logging.INFO, __file__, 1, "hello", (), None)
    record.created, record.msecs = 0.25, 250.0
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        line = LineFormatter(options["fmt"], style=options["style"]).format(record)
    time.tzset()
    assert line == "1970-01-01T00:00:00.250Z INFO site: hello"


def test_the_handler_of_the_site_shortens_and_what_breaks_keeps_its_traceback(settings: Settings) -> None:
    [handler] = settings.LOGGING["handlers"].values()
    [name] = handler["filters"]
    assert settings.LOGGING["filters"][name] == {"()": "newsreader.logs.ClientsMistakes"}
    trace: tuple[Any, ...] = (ValueError, ValueError("broken"), None)
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "%s", ("x" * 500,), trace)
    assert ClientsMistakes().filter(record)
    assert (record.exc_info, record.getMessage()) == (trace, "x" * 500)


@pytest.mark.django_db
@pytest.mark.parametrize(("remote", "says"), [(True, True), (False, False)])
def test_pages_say_who_sees_readers_where_pictures_are_elsewhere(
    client: Client, settings: Settings, remote: bool, says: bool
) -> None:
    settings.REMOTE_IMAGES = remote
    assert ("who see your address" in client.get("/about/ranking/").content.decode()) is says


def test_the_settings_of_tests_leave_no_folder_behind(tmp_path: Path) -> None:
    inner = "import tests.settings, os; assert os.listdir(os.environ['NEWSREADER_TESTS']); os._exit(9)"
    outer = (
        "import tests.settings, subprocess, sys\n"
        f"sys.exit(subprocess.call([sys.executable, '-c', {inner!r}]) != 9)"  # one that is killed
    )
    environment = {name: value for name, value in os.environ.items() if name != "NEWSREADER_TESTS"}
    environment |= {"TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", outer], cwd=ROOT, env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
