"""The page where readers make their choices, and what pages look like afterwards."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.preferences import choices as module
from articles.preferences.choices import COOKIE, Choices
from tests.support.choices import EVERYTHING, choose, chosen
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FORM = {
    "view": "stories",
    "min_quality": "40",
    "hide_wires": "on",
    "density": "compact",
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
        density="compact",
        text_size="large",
        time_zone="Europe/Berlin",
    )
    html = client.get(response["Location"]).content.decode()
    for sentence in (
        "Your choices are saved.",
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
        assert "This is not a file of choices" in answer.content.decode()
        assert not answer.cookies
    assert chosen(client) == EVERYTHING


def test_forgetting_takes_the_cookie_away(client: Client) -> None:
    choose(client, EVERYTHING)
    response = client.post("/settings/forget/")
    assert (response.cookies[COOKIE].value, response.cookies[COOKIE]["max-age"]) == ("", 0)
    assert response["Location"] == "/settings/?done=forgotten"


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
