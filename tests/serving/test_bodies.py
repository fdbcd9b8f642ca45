"""What a request may send, and how long it may take."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest

from newsreader.serving.bodies import Bodies, RefusedError
from tests.support.granian_requests import Protocol, Scope, chunks, silence


def bodies(**values: Any) -> Bodies:
    return Bodies(**{"large_below": "/admin/", "small": 10, "large": 100, "large_at_once": 1, "seconds": 60} | values)


def read(rules: Bodies, source: AsyncIterator[bytes], scope: Scope | None = None, limit: int = 10) -> bytes:
    into = io.BytesIO()
    size = asyncio.run(rules.read(scope or Scope(), Protocol(source), limit, into))  # type: ignore[arg-type]
    assert size == len(into.getvalue())
    return into.read()


def test_a_body_is_put_together_in_order() -> None:
    assert read(bodies(), chunks(b"abc", b"", b"def")) == b"abcdef"


def test_what_stops_coming_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        read(bodies(seconds=0.01), silence(b"a"))
    assert refused.value.status == 408


def test_what_keeps_coming_has_longer() -> None:
    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(5):
            await asyncio.sleep(0.15)
            yield b"aa"

    assert read(bodies(seconds=0.5, pace=0.5), slowly()) == b"aa" * 5


def test_more_than_the_limit_is_refused_while_it_comes() -> None:
    with pytest.raises(RefusedError) as refused:
        read(bodies(), silence(b"a" * 11))
    assert refused.value.status == 413


def test_a_body_that_ends_early_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        read(bodies(), chunks(b"abc"), Scope(headers={"content-length": "4"}))
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("path", "length", "limit"),
    [("/", "10", 10), ("/", "", 10), ("/admin/", "10", 10), ("/admin/", "11", 100), ("/admin/", "100", 100)],
)
def test_only_below_the_admin_a_body_may_be_large(path: str, length: str, limit: int) -> None:
    with bodies().reserve(Scope(path, headers={"content-length": length})) as allowed:  # type: ignore[arg-type]
        assert allowed == limit


@pytest.mark.parametrize(("path", "length"), [("/", "11"), ("/administrators/", "11"), ("/admin/", "101")])
def test_what_is_too_large_is_refused_by_what_it_announces(path: str, length: str) -> None:
    with pytest.raises(RefusedError) as refused, bodies().reserve(Scope(path, headers={"content-length": length})):  # type: ignore[arg-type]
        pytest.fail("it was let in")
    assert refused.value.status == 413


def test_only_few_large_bodies_come_at_once_and_each_makes_room_for_the_next() -> None:
    rules, scope = bodies(), Scope("/admin/", headers={"content-length": "50"})
    for _ in range(2):
        with rules.reserve(scope):  # type: ignore[arg-type]
            with pytest.raises(RefusedError) as refused, rules.reserve(scope):  # type: ignore[arg-type]
                pytest.fail("it was let in")
            assert (refused.value.status, refused.value.retry_after) == (503, 10)
