"""Logins are in the log, and wait for each other rather than readers for them."""

import asyncio
import logging
import threading
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from newsreader import rsgi
from tests.support.granian_requests import Protocol, Scope, chunks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _users() -> None:
    User.objects.create_user("ada", password="right", is_staff=True)
    User.objects.create_user("reader", password="right")


def log_in(name: str, password: str, **more: Any) -> int:
    data = {"login": name, "password": password}
    return Client().post(reverse("admin:login"), data, REMOTE_ADDR="192.0.2.7", **more).status_code


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name == "articles.editorial.logins"
    ]


@pytest.mark.parametrize(
    ("name", "password", "line"),
    [
        ("ada", "right", ("INFO", "'ada' logged in from 192.0.2.7")),
        ("ada", "wrong", ("WARNING", "'ada' failed to log in from 192.0.2.7")),
        ("nobody", "wrong", ("WARNING", "'nobody' failed to log in from 192.0.2.7")),
        ("reader", "right", ("WARNING", "'reader' failed to log in from 192.0.2.7")),
    ],
)
def test_each_login_and_each_failure_is_one_line(
    caplog: pytest.LogCaptureFixture, name: str, password: str, line: tuple[str, str]
) -> None:
    log_in(name, password)
    assert lines(caplog) == [line]


def test_a_name_that_was_typed_begins_no_other_line_and_hides_none(caplog: pytest.LogCaptureFixture) -> None:
    authenticate(username="x\r\n2026-01-01 INFO 'ada' logged in\x1b[2K\u2028\u202e" + "y" * 1000, password="wrong")
    [(_, message)] = lines(caplog)
    assert message.isprintable()
    assert len(message) < 400
    assert message.endswith("from this machine")


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(
    caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    forwarded = {"headers": {"X-Forwarded-For": "10.9.8.7, 203.0.113.9"}}
    log_in("ada", "right", **forwarded)
    settings.TRUSTED_PROXIES = ["192.0.2.0/24"]
    log_in("ada", "right", **forwarded)
    log_in("ada", "right")
    assert [message.partition(" from ")[2] for _, message in lines(caplog)] == [
        "192.0.2.7",
        "'203.0.113.9' by way of 192.0.2.7",
        "192.0.2.7",
    ]


def test_logins_are_logged_whatever_the_level_of_the_rest() -> None:
    assert logging.getLogger().level == logging.WARNING  # as LOG_LEVEL says here
    assert logging.getLogger("articles.editorial.logins").isEnabledFor(logging.INFO)


@pytest.mark.parametrize(
    ("path", "method", "thread"),
    [("/admin/login/", "POST", "logins_0"), ("/admin/login/", "GET", "pages_0"), ("/settings/", "POST", "pages_0")],
)
def test_passwords_are_checked_in_a_thread_of_their_own(
    path: str, method: str, thread: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        return [threading.current_thread().name.encode()]

    monkeypatch.setattr(rsgi.application, "application", application)
    protocol = Protocol(chunks(b"x"))
    asyncio.run(rsgi.application(Scope(path, method), protocol))
    assert protocol.body.decode() == thread
