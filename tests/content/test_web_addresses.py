"""Addresses of one piece come to the same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.content.web_addresses import address_number, is_address, normal_address, words_in

PIECE = "news.example/2023/trams"


@pytest.mark.parametrize(
    "address",
    [
        "https://news.example/2023/trams",
        "http://www.news.example/2023/trams/",
        "www.news.example/2023/trams",
        "news.example/2023/trams#comments",
        "HTTPS://WWW.News.Example:443/2023/trams",
        "https://reader@news.example/2023/trams",
        "https://news.example/2023/trams?utm_source=x&utm_medium=y&fbclid=1&gclid=2",
        "https://news.example/2023/trams/amp",
        "https://news.example/2023/trams/amp/",
        "https://news.example/amp/2023/trams",
        "https://news.example/2023/trams.amp",
        "https://amp.news.example/2023/trams",
        "https://news.example/2023/trams?amp=1",
        "https://news.example/2023/trams?amp",
        "https://news.example/2023/trams?outputType=amp",
        "https://news-example.cdn.ampproject.org/c/s/news.example/2023/trams",
        "https://news-example.cdn.ampproject.org/v/s/www.news.example/amp/2023/trams?usqp=mq331&amp_js_v=0.1",
        "https://cdn.ampproject.org/c/news.example/2023/trams",
        "https://www.google.com/amp/s/www.news.example/2023/trams/amp",
        "https://www.google.co.uk/amp/news.example/2023/trams",
        "  https://news.example/2023/%74rams ",
    ],
)
def test_variants_of_an_address_come_to_the_same(address: str) -> None:
    assert normal_address(address) == PIECE


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("https://news.example/?p=12&utm_source=x", "news.example?p=12"),
        ("https://news.example/a?b=2&a=1", "news.example/a?a=1&b=2"),
        ("https://news.example/a?b=2&amp;a=1", "news.example/a?a=1&b=2"),
        ("https://www.example/", "www.example"),
        ("https://news.example/A", "news.example/A"),
        ("https://news.example/camp", "news.example/camp"),
        ("https://news.example/a.amp.html", "news.example/a.html"),
        ("https://news.example/go?to=https://other.example/", "news.example/go?to=https://other.example/"),
        ("https://www.google.com/amp/", "google.com"),
        ("https://google.com/search?q=a", "google.com/search?q=a"),
    ],
)
def test_what_tells_pieces_apart_stays(address: str, normal: str) -> None:
    assert normal_address(address) == normal


@pytest.mark.parametrize(
    "text", ["https://a.example", "a.example/x", "http://x/y?z=1", " www.a.example/é ", "a.co.uk:8000/"]
)
def test_an_address_is_known_as_one(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "node.js",
        "and/or",
        "3.5/4",
        "a.example",
        "a.example/x y",
        "topic:a.example/x",
        "https://",
        "ftp://a.example/",
    ],
)
def test_words_are_no_address(text: str) -> None:
    assert not is_address(text)


@given(st.text())
def test_any_text_comes_to_something_and_a_number_of_64_bits(text: str) -> None:
    is_address(text)
    words_in(text)
    assert -(2**63) <= address_number(normal_address(text)) < 2**63


@example("https://amp.news.example/a")
@example("https://news.example/a/amp/")
@example("https://news.example/a.amp.html")
@example("https://example.com/camps/example")
@example("https://news-example.cdn.ampproject.org/c/s/news.example/a")
@given(st.from_regex(r"https?://(www\.)?[a-z0-9-]{1,5}(\.[a-z0-9-]{1,5}){0,2}(/[\w.~-]{1,5}){0,3}/?", fullmatch=True))
def test_plain_addresses_are_read_as_others_are(address: str) -> None:
    assert normal_address(address) == normal_address(f"{address}#")


def test_the_words_of_an_address_are_those_of_its_title() -> None:
    assert words_in("https://news.example/2023/09/trams-run_all-night-12345.html") == "trams run all night html"
    assert words_in("https://news.example/") == "news example"
