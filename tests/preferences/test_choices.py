"""A reader's own choices: the cookie, what changes it, and /settings/."""

import hashlib
import json
from dataclasses import fields, replace
from typing import Any

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from articles.preferences import choices as module
from articles.preferences.buttons import changed
from articles.preferences.choices import (
    COOKIE,
    MAX_BYTES,
    NONE,
    RULES,
    SALT,
    SEEN_EVERY,
    VISIT_ENDS_AFTER,
    Choices,
    NoRoomError,
    decode,
    encode,
    remember,
    visited,
)
from tests.support.choices import EVERYTHING, NOW, choose, chosen

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


# -- The cookie ------------------------------------------------------------------


def test_every_choice_is_kept_and_read_again(client: Client) -> None:
    assert all(getattr(EVERYTHING, field.name) != getattr(NONE, field.name) for field in fields(Choices))
    choose(client, EVERYTHING)
    assert chosen(client) == EVERYTHING
    assert decode(json.loads(json.dumps(encode(EVERYTHING)))) == EVERYTHING
    assert set(RULES) == {field.name for field in fields(Choices)}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("view", ["x", "", None, 1, ["stories"]]),
        ("followed_topics", ["ai", None, [1], ["a b"], [""], ["a", "a"], ["x" * 101], {"ai": 1}, ["a\n"]]),
        ("followed_stories", [["0"], ["-1"], ["x"], [7], "7", ["1", "1"], ["9" * 19]]),
        ("followed_threads", [["01"], [""], [None], 3]),
        ("muted_topics", [["a/b"], [None], "noise"]),
        ("muted_providers", [["no domain"], ["x" * 254], ["a..b"], ["<b>"], 7, ["a.example\n"], ["n"] * 2]),
        ("min_quality", [-1, 101, "40", 40.0, True, None]),
        ("hide_wires", [1, "true", None]),
        ("hide_vendors", [0, []]),
        ("images", [0, "false", None]),
        ("density", ["crowded", 1, None]),
        ("text_size", ["huge", 3, None]),
        ("language", ["xx", "../..", 1, None]),
        ("time_zone", ["Mars/Olympus", "../etc/passwd", "posixrules", 1, None]),
        ("mark_new", [1, "yes"]),
    ],
)
def test_what_is_not_as_it_must_be_counts_as_not_chosen_and_nothing_else_does(field: str, values: list[Any]) -> None:
    for value in values:
        expected = replace(EVERYTHING, **{field: getattr(NONE, field)})
        if field == "mark_new":
            expected = replace(expected, last_visit=0, seen=0)
        assert decode(encode(EVERYTHING) | {field: value}) == expected, value


@pytest.mark.parametrize("value", [None, [], "stories", 1, {"unknown": 1}, {1: 2}])
def test_what_holds_no_choices_is_none(value: object) -> None:
    assert decode(value) == NONE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.dictionaries(st.sampled_from(sorted(RULES)), JSON))
def test_whatever_stands_in_a_field_the_choices_are_possible(values: dict[str, Any]) -> None:
    choices = decode(values)
    assert decode(encode(choices)) == choices


@example_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=200), JSON)
def test_any_bytes_in_the_cookie_give_a_page(client: Client, raw: bytes, signed: Any) -> None:
    forged = raw.decode("latin-1")
    own = signing.dumps(signed, salt=SALT, compress=True)
    for text in (forged, forged + own, own + forged, own, own.upper()):
        response = client.get("/about/ranking/", HTTP_COOKIE=f"{COOKIE}={text}")
        assert response.status_code == 200
        assert response["Cache-Control"].startswith("private") or f"{COOKIE}=" not in f"{COOKIE}={text}".split(";")[0]


def test_only_this_site_can_write_the_cookie(client: Client) -> None:
    for text in (
        json.dumps(encode(EVERYTHING)),
        signing.dumps(encode(EVERYTHING), salt="another"),
        signing.dumps(encode(EVERYTHING), key="another", salt=SALT),
    ):
        client.cookies[COOKIE] = text
        assert 'data-text-size="large"' not in client.get("/").content.decode()
    choose(client, EVERYTHING)
    assert 'data-text-size="large"' in client.get("/").content.decode()


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    cookie = client.post("/settings/change/", {"view": "stories"}, secure=True).cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    assert cookie["max-age"] == module.MAX_AGE


def test_choices_that_are_the_sites_own_need_no_cookie(client: Client) -> None:
    client.post("/settings/change/", {"mute_provider": "a.example"})
    assert chosen(client).muted_providers == ("a.example",)
    client.post("/settings/change/", {"unmute_provider": "a.example"})
    assert client.cookies[COOKIE].value == ""


def test_choices_that_a_browser_would_drop_are_not_written_and_the_reader_is_told(client: Client) -> None:
    many = tuple(f"{hashlib.sha256(str(number).encode()).hexdigest()[:12]}.example" for number in range(500))
    fits = next(n for n in range(500, 0, -1) if _fits(replace(NONE, muted_providers=many[:n])))
    assert 200 < fits < 500
    choose(client, replace(NONE, muted_providers=many[:fits]))
    before = client.cookies[COOKIE].value
    response = client.post("/settings/change/", {"mute_provider": "x" * 60 + ".example"})
    assert response.status_code == 200
    assert "more than a cookie can hold" in response.content.decode()
    assert client.cookies[COOKIE].value == before
    assert chosen(client).muted_providers == many[:fits]


def _fits(choices: Choices) -> bool:
    response = HttpResponse()
    try:
        remember(response, choices, is_secure=True)
    except NoRoomError:
        assert not response.cookies
        return False
    return len(response.cookies[COOKIE].OutputString()) <= MAX_BYTES


# -- Visits ----------------------------------------------------------------------


def test_a_visit_ends_after_half_an_hour_without_a_page() -> None:
    first = visited(Choices(mark_new=True), NOW)
    assert (first.seen, first.last_visit) == (NOW, 0)
    going_on = visited(first, NOW + SEEN_EVERY)
    assert (going_on.seen, going_on.last_visit) == (NOW + SEEN_EVERY, 0)
    back = visited(going_on, going_on.seen + VISIT_ENDS_AFTER + 1)
    assert (back.seen, back.last_visit) == (going_on.seen + VISIT_ENDS_AFTER + 1, going_on.seen)
    assert visited(back, back.seen + 60) is back


def test_no_time_is_kept_for_those_who_have_not_asked_for_it(client: Client) -> None:
    assert visited(EVERYTHING, NOW + 10**6) != EVERYTHING
    quiet = Choices(text_size="large")
    assert visited(quiet, NOW) is quiet
    choose(client, quiet)
    assert not client.get("/").cookies


def test_the_time_of_a_visit_is_written_now_and_then(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.preferences.choices.time.time", lambda: NOW)
    choose(client, Choices(mark_new=True))
    assert COOKIE in client.get("/").cookies
    assert chosen(client).seen == NOW
    assert COOKIE not in client.get("/").cookies
    monkeypatch.setattr("articles.preferences.choices.time.time", lambda: NOW + SEEN_EVERY)
    assert COOKIE not in client.get("/", headers={"sec-purpose": "prefetch"}).cookies
    assert COOKIE not in client.get("/nowhere/").cookies
    etag = client.get("/archive/")["ETag"]
    assert chosen(client).seen == NOW + SEEN_EVERY
    monkeypatch.setattr("articles.preferences.choices.time.time", lambda: NOW + 2 * SEEN_EVERY)
    unchanged = client.get("/archive/", headers={"if-none-match": etag})
    assert unchanged.status_code == 304
    assert chosen(client).seen == NOW + 2 * SEEN_EVERY


# -- Buttons ---------------------------------------------------------------------


def test_a_button_makes_one_change_and_leads_back(client: Client) -> None:
    choose(client, replace(NONE, text_size="large"))
    response = client.post("/settings/change/", {"follow": "ai", "next": "/topics/ai/"})
    assert (response.status_code, response["Location"]) == (302, "/topics/ai/")
    client.post("/settings/change/", {"follow": "space"})
    assert chosen(client) == Choices(text_size="large", followed_topics=("ai", "space"))
    client.post("/settings/change/", {"unfollow": "ai"})
    assert chosen(client).followed_topics == ("space",)


def test_nobody_follows_what_is_muted() -> None:
    muted = changed(Choices(followed_topics=("ai", "space")), {"mute_topic": "ai"})
    assert muted == Choices(followed_topics=("space",), muted_topics=("ai",))
    assert changed(muted, {"follow": "ai"}) == Choices(followed_topics=("space", "ai"))


@pytest.mark.parametrize(
    "form", [{}, {"view": "x"}, {"follow": "a b"}, {"mute_provider": "<b>"}, {"mute_topic": ""}, {"seen": "1"}]
)
def test_a_change_that_there_is_not_is_refused(client: Client, form: dict[str, str]) -> None:
    response = client.post("/settings/change/", form)
    assert response.status_code == 400
    assert not response.cookies


POSTS = ("/settings/", "/settings/change/", "/settings/import/", "/settings/forget/")


@pytest.mark.parametrize("url", POSTS)
def test_only_forms_of_this_site_change_choices(url: str, settings: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    data = {"view": "stories"}
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "https://[::1"},
        {"origin": "testserver"},
    ):
        response = client.post(url, data, headers=headers)
        assert (response.status_code, dict(response.cookies)) == (403, {}), headers
    settings.CSRF_TRUSTED_ORIGINS = ["https://news.example"]
    for headers in ({}, {"origin": "http://testserver"}, {"origin": "https://news.example"}):
        assert client.post(url, data, headers=headers).status_code in (200, 302)


def test_a_button_leads_to_no_other_site(client: Client) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""):
        assert client.post("/settings/change/", {"view": "stories", "next": elsewhere})["Location"] == "/"


def test_choices_are_changed_by_post_alone(client: Client) -> None:
    for url in POSTS[1:]:
        assert client.get(url).status_code == 405
    assert client.post("/settings/choices.json").status_code == 405
