"""What readers of other languages meet: nothing in English, nothing that is too long, and everything mirrored."""

import datetime as dt
import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.core import signing
from django.utils import timezone, translation
from playwright.sync_api import Page, expect

from articles.models import Article
from articles.preferences.choices import COOKIE, SALT
from articles.templatetags.times import ago
from articles.text.dates import written
from tests.browser.conftest import NewPage, visit
from tests.support.catalogues import PLACEHOLDER, TAG, catalogue
from tests.support.pages import AXE_OPTIONS, DESKTOP, EVERY_PAGE, NARROWEST, PHONE, resize

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
DIRECTIONS = {"de": "ltr", "ar": "rtl"}
EVERY_LANGUAGE = pytest.mark.parametrize("language", DIRECTIONS)

# The page without what publishers wrote: all of that is marked, since it may be of either direction.
INTERFACE = """() => {
  const page = document.documentElement.cloneNode(true);
  const written = "[dir], bdi, .prose, meta[property], title, .providers__domain, .story__domain, code";
  for (const each of page.querySelectorAll(written)) each.textContent = "";
  const text = page.querySelector("body").innerHTML;
  return text.replace(/\\s+/g, " ");
}"""


def speak(page: Page, site_url: str, language: str) -> None:
    """Give a page's reader the choice of a language, as /settings/ keeps it."""
    value = signing.dumps({"language": language}, salt=SALT, compress=True)
    page.context.add_cookies([{"name": COOKIE, "value": value, "url": site_url}])


def english_phrases() -> set[str]:
    """Return what the interface says in English, in pieces of two words or more without placeholders and tags."""
    texts = [text for entry in catalogue("ar") for text in (entry.msgid, entry.msgid_plural)]
    pieces = {
        piece.strip(" .,:;") for text in texts for piece in re.split(f"{PLACEHOLDER.pattern}|{TAG.pattern}", text)
    }
    return {piece for piece in pieces if len(re.findall(r"[A-Za-z]{2,}", piece)) > 1}


@EVERY_LANGUAGE
@EVERY_PAGE
def test_a_page_is_in_the_readers_language_and_fits_the_narrowest_window(
    page: Page, site_url: str, name: str, language: str
) -> None:
    speak(page, site_url, language)
    resize(page, NARROWEST)
    visit(page, name)
    root = page.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == (language, DIRECTIONS[language])
    flaws = page.evaluate("measure.overflows()")
    assert not flaws, "\n".join(flaws)
    interface = page.evaluate(INTERFACE)
    assert [phrase for phrase in english_phrases() if phrase in interface] == []


def test_english_would_be_found(page: Page) -> None:
    visit(page, "front")
    interface = page.evaluate(INTERFACE)
    found = [phrase for phrase in english_phrases() if phrase in interface]
    assert {"Skip to the content", "Earlier articles in the archive", "Why here"} <= set(found)


@EVERY_LANGUAGE
@pytest.mark.parametrize("name", ["front", "story", "settings", "search"])
def test_axe_finds_nothing_in_other_languages(page: Page, site_url: str, name: str, language: str) -> None:
    speak(page, site_url, language)
    visit(page, name)
    page.evaluate(AXE_SCRIPT)
    for size, scheme in ((PHONE, "dark"), (DESKTOP, "light")):
        resize(page, size, scheme)
        results = AxeResults(page.evaluate("options => axe.run(options)", AXE_OPTIONS))
        assert results.violations_count == 0, f"{name} at {size[0]}, {scheme}: {results.generate_report()}"


@pytest.mark.parametrize("language", ["en", *DIRECTIONS])
def test_browsers_tell_ages_in_the_same_words(
    page: Page, site_url: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    minutes = [*range(1, 60), *range(60, 48 * 60, 60)]
    with translation.override(language):
        words = [ago(now - dt.timedelta(minutes=number)) for number in minutes]
    speak(page, site_url, language)
    visit(page, "front")
    script = """async (minutes) => {
      const { ago } = await import("/static/js/times.js");
      const now = Date.now();
      return minutes.map((number) => ago(new Date(now - number * 60_000), now));
    }"""
    assert page.evaluate(script, minutes) == words


@pytest.mark.parametrize("language", ["en", *DIRECTIONS])
def test_a_time_in_the_readers_own_zone_is_written_as_the_server_writes_it(
    new_page: NewPage, site_url: str, language: str
) -> None:
    page = new_page(timezone_id="Pacific/Auckland")
    speak(page, site_url, language)
    article = Article.objects.get(slug="the-marsh-that-ate-the-storm")
    visit(page, "article")
    with translation.override(language), timezone.override("Pacific/Auckland"):
        expected = written(article.published_date_time, "j F Y, H:i")
    with translation.override(language):
        assert expected != written(article.published_date_time, "j F Y, H:i")
    expect(page.locator(".byline time").first).to_have_text(expected)


def test_what_has_a_direction_follows_that_of_the_page(page: Page, site_url: str) -> None:
    speak(page, site_url, "ar")
    visit(page, "story")
    start, end = page.locator(".timeline__ends time").all()
    drawn = page.locator(".timeline__point")
    first, last = drawn.first.bounding_box(), drawn.last.bounding_box()
    assert first
    assert last
    assert start.bounding_box()["x"] > end.bounding_box()["x"]  # type: ignore[index]
    assert first["x"] > last["x"]
    visit(page, "search")
    title, picture = page.locator(".card--pictured .card__title").first, page.locator(".card--pictured .media").first
    assert title.evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert picture.bounding_box()["x"] < title.bounding_box()["x"]  # type: ignore[index]


# The sides of a text's lines and of the box around it.
SIDES = """(element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const lines = [...range.getClientRects()].filter(({ width }) => width > 1);
  const around = element.parentElement.getBoundingClientRect();
  const sides = (name) => lines.map((line) => Math.round(line[name]));
  return { lefts: sides("left"), rights: sides("right"), left: Math.round(around.left), right: Math.round(around.right) };
}"""


@pytest.mark.parametrize(("language", "name", "direction"), [("ar", "topic", "ltr"), ("en", "front", "rtl")])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_lines_begin_where_those_of_their_language_do_in_a_box_where_those_of_the_page_do(
    page: Page, site_url: str, language: str, name: str, direction: str, size: tuple[int, int]
) -> None:
    speak(page, site_url, language)
    resize(page, size)
    visit(page, name)
    titles = page.locator(f"main :is(.card__title, .headline__title, .lead__title):dir({direction})")
    found = [title.evaluate(SIDES) for title in titles.all() if title.is_visible()]
    assert found
    for each in found:
        begins = set(each["lefts" if direction == "ltr" else "rights"])
        assert len(begins) == 1, each
        if len(each["lefts"]) == 1:
            end, edge = ("rights", "right") if direction == "ltr" else ("lefts", "left")
            assert abs(each[end][0] - each[edge]) <= 1, each
