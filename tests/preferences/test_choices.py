"""A reader's own choices: the cookie, what changes it, and /settings/."""

import datetime as dt
import hashlib
import json
from dataclasses import fields, replace
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
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
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
NOW = 1_700_000_000
EVERYTHING = Choices(
    view="stories",
    followed_topics=("ai", "日本"),
    muted_topics=("noise",),
    muted_providers=("loud.example", "b.example"),
    min_quality=40,
    hide_wires=True,
    hide_vendors=True,
    images=False,
    text_size="large",
    language="en",
    time_zone="Asia/Kolkata",
    mark_new=True,
    last_visit=NOW - 9000,
    seen=NOW,
)


def choose(client: Client, choices: Choices) -> None:
    """Give the client a browser's cookie with these choices."""
    response = HttpResponse()
    remember(response, choices, is_secure=False)
    client.cookies[COOKIE] = response.cookies[COOKIE].value


def chosen(client: Client) -> Choices:
    """Return the choices in the client's cookie."""
    text = client.cookies[COOKIE].value if COOKIE in client.cookies else ""
    return decode(signing.loads(text, salt=SALT)) if text else NONE


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
        ("muted_topics", [["a/b"], [None], "noise"]),
        ("muted_providers", [["no domain"], ["x" * 254], ["a..b"], ["<b>"], 7, ["a.example\n"], ["n"] * 2]),
        ("min_quality", [-1, 101, "40", 40.0, True, None]),
        ("hide_wires", [1, "true", None]),
        ("hide_vendors", [0, []]),
        ("images", [0, "false", None]),
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
    assert "more than a cookie holds" in response.content.decode()
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


# -- /settings/ ------------------------------------------------------------------

FORM = {
    "view": "stories",
    "min_quality": "40",
    "hide_wires": "on",
    "text_size": "large",
    "time_zone": "Europe/Berlin",
    "images": "on",
}


def test_one_form_changes_everything(client: Client) -> None:
    for name in ("AI", "Noise"):
        make_topic(name)
    make_provider("b.example", name="B Paper")
    choose(client, Choices(followed_topics=("gone",), muted_providers=("b.example", "c.example"), language="en"))
    response = client.post(
        "/settings/",
        FORM
        | {
            "follow": "ai",
            "mute_topic": "noise",
            "muted_providers": ["b.example", "z.example"],
            "mute_provider": "d.example",
        },
    )
    assert response.status_code == 302
    assert chosen(client) == Choices(
        view="stories",
        followed_topics=("ai",),
        muted_topics=("noise",),
        muted_providers=("b.example", "d.example"),
        min_quality=40,
        hide_wires=True,
        text_size="large",
        time_zone="Europe/Berlin",
    )
    html = client.get(response["Location"]).content.decode()
    for sentence in (
        "Your choices are kept.",
        "You follow: AI.",
        "Muted topics: Noise.",
        "Muted providers: B Paper, d.example.",
        "Articles with a quality below 40 are hidden.",
        "Press wires are hidden.",
        "Topics show one article of each story.",
        "The text is large.",
        "Times are those of Europe/Berlin.",
    ):
        assert sentence in html


def test_a_page_tells_scripts_the_zone_that_its_times_are_in(client: Client) -> None:
    assert "data-time-zone" not in client.get("/settings/").content.decode()
    choose(client, Choices(time_zone="Asia/Kolkata"))
    assert '<html lang="en" dir="ltr" data-time-zone="Asia/Kolkata">' in client.get("/settings/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_quality": "200"},
        {"min_quality": ""},
        {"mute_provider": "no domain"},
        {"follow": "unknown"},
        {"text_size": "huge"},
        {"time_zone": "Mars"},
    ],
)
def test_a_form_that_is_not_right_changes_nothing_and_says_so(client: Client, wrong: dict[str, str]) -> None:
    response = client.post("/settings/", FORM | wrong)
    assert (response.status_code, dict(response.cookies)) == (200, {})
    html = response.content.decode()
    assert "nothing was changed" in html
    assert 'class="errorlist"' in html


def test_settings_say_that_nothing_is_chosen(client: Client) -> None:
    html = client.get("/settings/").content.decode()
    assert "Nothing yet" in html
    assert '<meta name="robots" content="noindex">' in html


def test_choices_are_exported_and_taken_in_again(client: Client) -> None:
    choose(client, EVERYTHING)
    response = client.get("/settings/choices.json")
    assert response["Content-Disposition"] == 'attachment; filename="choices.json"'
    assert "no-store" in response["Cache-Control"]
    values = json.loads(response.content)["choices"]
    assert values["muted_providers"] == ["loud.example", "b.example"]
    assert dt.datetime.fromisoformat(values["last_visit"]).timestamp() == EVERYTHING.last_visit
    other = Client()
    response = other.post("/settings/import/", {"file": SimpleUploadedFile("choices.json", response.content)})
    assert response["Location"] == "/settings/?done=taken"
    assert chosen(other) == replace(EVERYTHING, last_visit=0, seen=0)


@pytest.mark.parametrize(
    "content", [b"", b"x", b"[]", b"{}", b'{"choices": 1}', b"\xff\xfe", b"[" * 60_000, b"1" * 9999]
)
def test_a_file_of_another_kind_changes_nothing(client: Client, content: bytes) -> None:
    choose(client, EVERYTHING)
    response = client.post("/settings/import/", {"file": SimpleUploadedFile("x.json", content)})
    for answer in (response, client.post("/settings/import/")):
        assert "This is no file of choices" in answer.content.decode()
        assert not answer.cookies
    assert chosen(client) == EVERYTHING


def test_forgetting_takes_the_cookie_away(client: Client) -> None:
    choose(client, EVERYTHING)
    response = client.post("/settings/forget/")
    assert (response.cookies[COOKIE].value, response.cookies[COOKIE]["max-age"]) == ("", 0)
    assert response["Location"] == "/settings/?done=forgotten"


# -- How pages look ---------------------------------------------------------------


def test_times_are_those_of_the_chosen_zone_and_nobody_elses(client: Client) -> None:
    article = make_article(published_date_time=dt.datetime(2023, 9, 1, 22, 15, tzinfo=dt.UTC))
    url = article.get_absolute_url()
    choose(client, Choices(time_zone="Asia/Kolkata"))
    assert "2 September 2023, 03:45" in client.get(url).content.decode()
    assert "1 September 2023, 22:15" in Client().get(url).content.decode()


def test_pages_are_in_the_chosen_language_and_the_admin_is_not(client: Client) -> None:
    assert module.languages() == {"en": "English", "de": "Deutsch", "ar": "العربيّة"}
    choose(client, Choices(language="ar"))
    assert '<html lang="ar" dir="rtl"' in client.get("/").content.decode()
    assert '<html lang="ar" dir="rtl"' in client.get("/nowhere/").content.decode()
    assert 'lang="en' in client.get("/admin/login/").content.decode()
    assert '<html lang="en" dir="ltr"' in Client().get("/").content.decode()


def test_a_translation_of_the_sites_own_can_be_chosen_too(settings: Any, tmp_path: Any) -> None:
    (tmp_path / "fr").mkdir()
    settings.LANGUAGES = [*settings.LANGUAGES, ("fr", "Français")]
    settings.LOCALE_PATHS = [tmp_path]
    module.languages.cache_clear()
    try:
        assert list(module.languages()) == ["en", "de", "ar", "fr"]
    finally:
        module.languages.cache_clear()


@pytest.mark.parametrize("url", ["/manifest.webmanifest", "/opensearch.xml"])
def test_what_browsers_keep_of_a_site_is_in_the_language_of_one_reader_for_that_reader_alone(
    client: Client, url: str
) -> None:
    everyones = client.get(url)
    assert "Cookie" in everyones["Vary"]
    assert "public" in everyones["Cache-Control"]
    choose(client, Choices(language="ar"))
    response = client.get(url)
    assert response.content != everyones.content
    assert "private" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]
