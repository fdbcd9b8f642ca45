"""Requests as WSGI describes them."""

import io
from typing import Any

import pytest

from newsreader.serving.environ import environ_of
from tests.support.granian_requests import Scope


def environ(**values: Any) -> dict[str, Any]:
    return environ_of(Scope(**values), io.BytesIO(), 0)  # type: ignore[arg-type]


def test_headers_have_their_names_of_wsgi() -> None:
    given = environ(headers={"x-forwarded-proto": "https", "content-type": "text/plain", "content-length": "7"})
    assert given["HTTP_X_FORWARDED_PROTO"] == "https"
    assert given["CONTENT_TYPE"] == "text/plain"
    assert given["CONTENT_LENGTH"] == "0"  # what came


@pytest.mark.parametrize("name", ["x_forwarded_proto", "x-forwarded_proto", "content_type", "host_"])
def test_a_header_with_underscores_is_left_out(name: str) -> None:
    assert environ(headers={name: "https"}).keys() == environ().keys()


def test_a_header_that_comes_twice_is_joined() -> None:
    given = environ(pairs=[("cookie", "a=1"), ("accept", "x"), ("cookie", "b=2"), ("accept", "y")])
    assert given["HTTP_COOKIE"] == "a=1; b=2"
    assert given["HTTP_ACCEPT"] == "x,y"


def test_a_path_of_any_script_comes_as_bytes_in_a_text() -> None:
    assert environ(path="/topics/städte/")["PATH_INFO"].encode("latin-1").decode() == "/topics/städte/"


def test_http_2_names_the_host_in_another_way() -> None:
    assert environ(authority="news.example")["HTTP_HOST"] == "news.example"


@pytest.mark.parametrize(
    ("client", "address"),
    [("192.0.2.7:5", "192.0.2.7"), ("[2001:db8::7]:5", "2001:db8::7"), ("2001:db8::7:5", "2001:db8::7")],
)
def test_the_address_of_a_client_is_without_its_port(client: str, address: str) -> None:
    assert environ(client=client)["REMOTE_ADDR"] == address


def test_a_query_of_any_script_comes_as_bytes_in_a_text() -> None:
    assert environ(query_string="q=نوم")["QUERY_STRING"].encode("latin-1").decode() == "q=نوم"
