"""Which requests go to replicas, and what happens when one fails."""

from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from newsreader.page_cache.store import PageStore
from newsreader.replicas.middleware import ReplicaMiddleware
from newsreader.replicas.probes import Place
from newsreader.replicas.routing import CHANGE, reading
from newsreader.replicas.status import Replicas


class Answers:
    def __init__(self, alias: str) -> None:
        self.place = Place(500, 7)

    def ask(self) -> Place | None:
        return self.place


@pytest.fixture
def replicas() -> Replicas:
    return Replicas(["replica1", "replica2"], Answers)


@pytest.fixture
def pages() -> PageStore:
    pages = PageStore(1000)
    pages.last_change = 7
    return pages


def read_by(request: HttpRequest, replicas: Replicas, pages: PageStore, failing: tuple[str, ...] = ()) -> list[str]:
    """Return the databases that a request reads one after the other; some fail."""
    read: list[str] = []

    def get_response(request: HttpRequest) -> HttpResponse:
        read.append(reading.get())
        if read[-1] in failing:
            return middleware.process_exception(request, OperationalError("cut off")) or HttpResponse(status=500)
        return HttpResponse("read")

    middleware = ReplicaMiddleware(get_response, replicas, pages)
    assert middleware(request).status_code == (500 if "default" in failing else 200)
    return read


@pytest.mark.parametrize(
    ("method", "path", "cookie", "is_from_replica"),
    [
        ("get", "/topics/ai/", "", True),
        ("head", "/", "", True),
        ("get", "/", "choices=x", True),
        ("post", "/settings/change/", "", False),
        ("get", "/admin/", "", False),
        ("get", "/preview/abc/", "", False),
        # An editor, who may just have written.
        ("get", "/topics/ai/", "sessionid=x", False),
    ],
)
def test_readers_pages_come_from_replicas_and_the_rest_from_the_primary(
    replicas: Replicas, pages: PageStore, method: str, path: str, cookie: str, is_from_replica: bool
) -> None:
    request: Any = getattr(RequestFactory(), method)(path, headers={"cookie": cookie})
    [alias] = read_by(request, replicas, pages)
    assert alias.startswith("replica") is is_from_replica
    assert request.META.get(CHANGE) == (7 if is_from_replica else None)
    assert reading.get() == "default"


def test_a_page_that_is_newer_than_the_replicas_comes_from_the_primary(replicas: Replicas, pages: PageStore) -> None:
    pages.last_change = 8
    assert read_by(RequestFactory().get("/"), replicas, pages) == ["default"]


def test_a_page_whose_replica_fails_is_rendered_again(replicas: Replicas, pages: PageStore) -> None:
    every = ("replica1", "replica2")
    request = RequestFactory().get("/")
    read = read_by(request, replicas, pages, every)
    assert (sorted(read[:2]), read[2:]) == (list(every), ["default"])
    assert CHANGE not in request.META
    # The next one does not try them.
    assert read_by(RequestFactory().get("/"), replicas, pages, every) == ["default"]


def test_an_error_of_the_primary_or_of_the_page_is_no_reason_to_render_it_again(
    replicas: Replicas, pages: PageStore
) -> None:
    pages.last_change = 8
    assert read_by(RequestFactory().get("/"), replicas, pages, ("default",)) == ["default"]
    middleware = ReplicaMiddleware(lambda request: HttpResponse(), replicas, pages)
    assert middleware.process_exception(RequestFactory().get("/"), ValueError("broken")) is None
