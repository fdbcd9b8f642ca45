"""Times in the zone of the reader, and ages that stay fresh."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.support.pages import ARTICLE, LIST

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_times_are_in_the_zone_of_the_reader(new_page: NewPage) -> None:
    here, away = new_page(timezone_id="UTC"), new_page(timezone_id="Asia/Tokyo")
    for page in (here, away):
        page.goto(ARTICLE)
    time = ".story .byline time"
    assert here.locator(time).inner_text() == "27 August 2023, 08:20"
    assert here.locator(time).get_attribute("title") == "Sunday 27 August 2023, 08:20 UTC"
    assert away.locator(time).inner_text() == "27 August 2023, 17:20"
    title = away.locator(time).get_attribute("title") or ""
    assert "August 27, 2023" in title
    assert "17:20 GMT+9" in title
    assert away.locator(time).get_attribute("datetime") == here.locator(time).get_attribute("datetime")


def test_a_zone_chosen_on_the_server_stays(new_page: NewPage) -> None:
    page = new_page(timezone_id="Asia/Tokyo")
    page.add_init_script(
        "new MutationObserver(() => { if (document.documentElement) document.documentElement.dataset.timeZone = 'UTC'; })"
        ".observe(document, { childList: true });"
    )
    page.goto(ARTICLE)
    expect(page.locator(".story .byline time")).to_have_text("27 August 2023, 08:20")


@pytest.mark.parametrize(
    ("language", "text", "datetime", "expected"),
    [
        ("en", "27 Aug 2023", "2023-08-27T08:20:00+00:00", "27 Aug 2023"),
        ("en", "27 Aug 2023", "2023-08-27T16:20:00.123456+00:00", "28 Aug 2023"),
        ("en", "31 Dec 2023, 23:05", "2023-12-31T23:05:00+00:00", "1 Jan 2024, 08:05"),
        ("en", "31 August 2023, 16:05", "2023-08-31T16:05:00Z", "1 September 2023, 01:05"),
        ("de", "31. August 2023, 16:05", "2023-08-31T16:05:00+00:00", "1. September 2023, 01:05"),
        ("ar", "31 أغسطس 2023, 16:05", "2023-08-31T16:05:00+00:00", "1 سبتمبر 2023, 01:05"),
    ],
)
def test_a_time_keeps_the_form_that_the_server_gave_it(
    new_page: NewPage, language: str, text: str, datetime: str, expected: str
) -> None:
    page = new_page(timezone_id="Asia/Tokyo")
    page.goto("/about/ranking/")
    page.evaluate("language => { document.documentElement.lang = language; }", language)
    # Another address is another module, which reads the page's language anew.
    script = "([text, time]) => import('/static/js/times.js?again').then(({ moved }) => moved(text, time))"
    assert page.evaluate(script, [text, datetime]) == expected


@pytest.mark.parametrize(
    ("language", "minutes", "words"),
    [
        ("en", 0, "1 minute ago"),
        ("en", 59, "59 minutes ago"),
        ("en", 60, "1 hour ago"),
        ("en", 47 * 60 + 59, "47 hours ago"),
        ("en", 48 * 60, ""),
        ("en", -5, "1 minute ago"),
        ("de", 180, "vor 3 Stunden"),
        ("ar", 180, "قبل 3 ساعات"),
        ("not a language!", 180, "3 hours ago"),
    ],
)
def test_scripts_say_how_long_ago_in_the_words_of_the_server(
    page: Page, language: str, minutes: int, words: str
) -> None:
    page.goto("/about/ranking/")
    page.evaluate("language => { document.documentElement.lang = language; }", language)
    script = "age => import('/static/js/times.js?again').then(({ ago }) => ago(new Date(1e12), 1e12 + age * 60000))"
    assert page.evaluate(script, minutes) == words


def test_ages_stay_fresh_while_a_page_is_open(new_page: NewPage) -> None:
    page = new_page()
    page.clock.install(time="2026-03-01T12:00:00Z")
    page.goto(LIST)
    page.evaluate("""document.querySelector("main").insertAdjacentHTML("beforeend",
        '<time id="t" datetime="2026-03-01T11:01:30+00:00" data-date="1 Mar 2026">58 minutes ago</time>')""")
    time = page.locator("#t")
    for minutes, words in ((1, "59 minutes ago"), (1, "1 hour ago"), (46 * 60, "47 hours ago"), (61, "1 Mar 2026")):
        page.clock.run_for(minutes * 60_000 + 500)
        expect(time).to_have_text(words)


@pytest.mark.parametrize(("zone", "expected"), [("Asia/Tokyo", "1 Sep 2023"), ("Not/AZone", "31 Aug 2023")])
def test_times_of_saved_articles_are_in_the_zone_that_the_reader_chose(
    new_page: NewPage, zone: str, expected: str
) -> None:
    page = new_page(timezone_id="UTC")
    page.goto("/about/ranking/")
    page.evaluate("zone => { document.documentElement.dataset.timeZone = zone; }", zone)
    script = (
        "import('/static/js/times.js?again').then(({ timeElement }) => timeElement('2023-08-31T20:00:00Z').outerHTML)"
    )
    assert f">{expected}</time>" in page.evaluate(script)
