"""Ids of requests, in responses, pages and logs."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from newsreader.logs import ClientsMistakes, JsonFormatter
from newsreader.page_cache.store import PageStore
from newsreader.request_ids import request_id
from newsreader.urls import urlpatterns as project_urls
from tests.newsreader.page_cache.conftest import cold, pages  # noqa: F401

MADE = re.compile(r"[0-9a-f]{16}")
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def broken(request: HttpRequest) -> HttpResponse:
    logging.getLogger("articles").warning('this "is"\nseen')
    raise ValueError("on purpose")


urlpatterns = [path("broken/", broken), *project_urls]
handler500 = "articles.views.errors.server_error"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(ClientsMistakes())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    ("behind_proxy", "given", "is_taken"),
    [
        (True, "0123456789abcdef", True),
        (True, "A.b_c-12", True),
        (False, "0123456789abcdef", False),
        (True, "short", False),
        (True, "x" * 65, False),
        (True, "<script>alert(1)", False),
        (True, "0123456789\n", False),
        (True, None, False),
    ],
)
def test_a_proxy_names_requests_if_it_does_so_properly(
    settings: Any, behind_proxy: bool, given: str | None, is_taken: bool
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind_proxy else None
    headers = {} if given is None else {"x-request-id": given}
    name = Client().get("/offline/", headers=headers)["X-Request-ID"]
    assert (name == given) is is_taken
    assert is_taken or MADE.fullmatch(name)


def test_a_cached_page_has_another_id_each_time(pages: PageStore) -> None:  # noqa: F811
    reader = Client()
    responses = [reader.get("/topics/") for _ in range(3)]
    assert "hit" in responses[2]["Cache-Status"]
    assert len({response["X-Request-ID"] for response in responses}) == 3
    entry = next(iter(pages._pages.values()))
    assert "x-request-id" not in {name.lower() for name, _ in entry.headers}


def test_lines_about_an_error_have_the_id_that_its_page_shows(settings: Any, lines: io.StringIO) -> None:
    settings.ROOT_URLCONF = __name__
    response = Client(raise_request_exception=False).get("/broken/")
    name = response["X-Request-ID"]
    assert name in response.content.decode()
    said, failed = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert said["message"] == 'this "is"\nseen'
    assert (said["level"], said["logger"], said["request_id"]) == ("WARNING", "articles", name)
    assert (failed["status"], failed["request_id"]) == (500, name)
    assert "ValueError: on purpose" in failed["exception"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", failed["time"])


def test_what_belongs_to_no_request_has_no_id(lines: io.StringIO) -> None:
    Client().get("/offline/")
    assert request_id.get() == ""
    logging.getLogger("articles").warning("later %s", "on")
    line = json.loads(lines.getvalue().splitlines()[-1])
    assert (line["message"], "request_id" in line) == ("later on", False)
