"""How pages look where readers, their systems or their printers ask for something else."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect
from pytest_django import Settings

from articles.pages.front import Choice, choose_leads
from articles.pages.latest import Run
from tests.browser.conftest import NewPage, visit
from tests.support.edition import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROWEST = {"width": 320, "height": 740}
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
SOME_PAGES = pytest.mark.parametrize("name", ["front", "topic", "article", "article, hard", "story", "404"])
AFTER = "element => getComputedStyle(element, '::after').content"
STYLES = Path(django_settings.BASE_DIR) / "static" / "css"


def style(page: Page, selector: str, name: str) -> str:
    value: str = page.locator(selector).first.evaluate(
        "(element, name) => getComputedStyle(element)[name]",
        name,
    )
    return value


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["article", "story"])
def test_a_printed_page_has_the_addresses_of_its_originals_and_no_navigation(
    page: Page, name: str, scheme: str
) -> None:
    page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
    visit(page, name)
    for selector in (".nav", ".tools", ".skip-link", ".footer nav", ".sidebar"):
        assert all(not each.is_visible() for each in page.locator(selector).all()), selector
    source = page.locator(".story__source .button")
    assert source.get_attribute("href") in source.evaluate(AFTER)
    for link in page.locator(".account__link[rel]:visible").all():
        assert link.get_attribute("href") in link.evaluate(AFTER)
    own = page.locator(".footer__address")
    expect(own).to_be_visible()
    expect(own).to_have_text(page.url)
    assert style(page, "html", "colorScheme") == "light only"
    assert style(page, "body", "backgroundColor") == "rgba(0, 0, 0, 0)"
    assert style(page, "h1", "color") == "rgb(20, 25, 27)"


def test_our_own_address_is_on_paper_only(page: Page) -> None:
    visit(page, "article")
    expect(page.locator(".footer__address")).to_be_hidden()


@SOME_PAGES
def test_where_the_system_chooses_colours_everything_is_still_told_apart(page: Page, name: str) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    visit(page, name)
    paper = style(page, "body", "backgroundColor")
    drawing = page.locator(".tools__search button")
    ink = drawing.evaluate("element => getComputedStyle(element, '::before').backgroundColor")
    assert ink not in (paper, "rgba(0, 0, 0, 0)")
    for current in page.locator(".choice a[aria-current]").all():
        other = current.locator("xpath=../following-sibling::li/a | ../preceding-sibling::li/a").first
        colour = "element => getComputedStyle(element).backgroundColor"
        assert current.evaluate(colour) != other.evaluate(colour)
    for current in page.locator(".nav a[aria-current]").all():
        assert current.evaluate("element => getComputedStyle(element).borderBlockEndWidth") == "3px"


# Whether a rule of the page's own style sheets lets it fade into the next one, as the media stand.
FADES = """() => {
  const applies = (rule) => !rule?.media || (matchMedia(rule.media.mediaText).matches && applies(rule.parentRule));
  const found = (rules) =>
    [...rules].some((rule) =>
      rule instanceof CSSViewTransitionRule ? rule.navigation === "auto" && applies(rule.parentRule) : found(rule.cssRules ?? []),
    );
  return [...document.styleSheets].some((sheet) => found(sheet.cssRules));
}"""


@pytest.mark.parametrize(("motion", "moves"), [("no-preference", True), ("reduce", False)])
def test_a_page_fades_into_the_next_unless_readers_want_less_motion(
    new_page: NewPage, motion: str, moves: bool
) -> None:
    page = new_page(reduced_motion=motion)
    visit(page, "article")
    assert page.evaluate(FADES) is moves
    assert any(style(page, each, "transitionDuration") != "0s" for each in ("a", ".button")) is moves


def test_more_contrast_is_black_on_white(page: Page) -> None:
    page.emulate_media(contrast="more", color_scheme="light")
    visit(page, "front")
    assert style(page, "body", "color") == "rgb(0, 0, 0)"
    assert style(page, "body", "backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_an_empty_site_says_how_to_fill_it(page: Page, monkeypatch: pytest.MonkeyPatch, size: dict[str, int]) -> None:
    monkeypatch.setattr("articles.views.front.choose_leads", lambda *args: Choice([], [], None, {}, frozenset()))
    monkeypatch.setattr("articles.views.front.topic_tree_of", lambda topics: [])
    page.set_viewport_size(size)  # type: ignore[arg-type]
    visit(page, "front")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(page.get_by_text("import_articles")).to_be_in_viewport()
    assert page.evaluate("measure.overflows()") == []
    assert page.locator(".front, .section, .h-entry").count() == 0


@SOME_PAGES
def test_large_text_fits_the_narrowest_window(page: Page, name: str) -> None:
    page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
    visit(page, name)
    before = float(style(page, "h1", "fontSize").removesuffix("px"))
    page.evaluate("document.documentElement.style.fontSize = '150%'")
    assert float(style(page, "h1", "fontSize").removesuffix("px")) > before
    assert page.evaluate("measure.overflows()") == []


@SOME_PAGES
def test_from_right_to_left_everything_is_mirrored_and_fits(page: Page, settings: Settings, name: str) -> None:
    settings.LANGUAGE_CODE = "ar"
    visit(page, name)
    assert page.locator("html").get_attribute("dir") == "rtl"
    for size in (NARROWEST, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert page.evaluate("measure.overflows()") == []
        search, first = page.locator(".tools").bounding_box(), page.locator(".nav__list a").first.bounding_box()
        assert search is not None
        assert first is not None
        assert search["x"] < size["width"] / 2 < first["x"] + first["width"]


def test_on_a_phone_the_news_begins_on_the_first_screen(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visit(page, "front")
    box = page.locator(".lead__title").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"]
    masthead = page.locator(".masthead").bounding_box()
    assert masthead is not None
    assert masthead["height"] < 120
    expect(page.get_by_role("search").get_by_role("button", name="Search")).to_be_visible()


def without_pictures(page: Page) -> None:
    # No picture, and no error either: the browser tests watch the console.
    page.route(
        "**/media/assets/images/news/*", lambda route: route.fulfill(body=b"no picture", content_type="image/webp")
    )


def test_without_scripts_a_picture_that_fails_says_whose_it_is(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False, viewport=DESKTOP)
    without_pictures(page)
    visit(page, "front")
    image = page.locator(".lead .media img")
    name = page.locator(".lead .byline__provider .p-name").inner_text()
    assert image.evaluate(AFTER).startswith(f'"{name}"')


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_picture_that_fails_closes_its_box(page: Page, size: dict[str, int]) -> None:
    without_pictures(page)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(PAGES["front"])
    lead = page.locator(".lead")
    expect(lead).to_have_class(re.compile("lead--plain"))
    expect(lead.locator(".media")).to_be_hidden()
    title, body = lead.locator(".lead__title").bounding_box(), lead.bounding_box()
    assert title is not None
    assert body is not None
    assert title["width"] > 0.9 * body["width"]
    pictured = page.locator(".card .media")
    for number in range(pictured.count()):
        pictured.nth(number).scroll_into_view_if_needed() if pictured.nth(number).is_visible() else None
    expect(page.locator(".card--pictured")).to_have_count(0)
    assert page.evaluate("measure.overflows()") == []


def test_a_mark_has_the_same_colour_wherever_it_stands(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        visit(page, "provider")
        own = style(page, ".heading .mark", "backgroundColor")
        assert style(page, ".card .mark", "backgroundColor") == own
        visit(page, "provider list")
        colours = page.evaluate(
            "[...new Set([...document.querySelectorAll('.mark')].map(e => getComputedStyle(e).backgroundColor))]"
        )
        assert own in colours
        assert len(colours) > 2


@pytest.mark.parametrize(
    "sheet", [STYLES / "base.css", *sorted((STYLES / "components").iterdir())], ids=lambda path: path.name
)
def test_colours_are_written_in_one_place(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/|mask-image:[^;]*;", "", sheet.read_text(), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(", text) == []
    assert "#14191b" in (STYLES / "tokens.css").read_text()


def test_every_section_of_the_front_page_has_an_opening_and_headlines(page: Page) -> None:
    visit(page, "front")
    sections = page.locator(".section")
    assert sections.count() > 1
    for section in sections.all():
        assert section.locator(".card--opening").count() == 1
        assert section.locator(".headline").count() >= 2
        link = section.get_by_role("heading", level=2).get_by_role("link")
        assert str(link.get_attribute("href")).startswith("/topics/")


@pytest.mark.parametrize("size", [NARROWEST, DESKTOP])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_run_of_one_provider_opens_in_place(
    new_page: NewPage, monkeypatch: pytest.MonkeyPatch, size: dict[str, int], javascript: bool
) -> None:
    def with_a_fold(*args: object) -> Choice:
        choice = choose_leads(*args)  # type: ignore[arg-type]
        first, *others = [run.lead for run in choice.latest]
        return replace(choice, latest=[Run(first, tuple(others[:-1])), Run(others[-1])])

    monkeypatch.setattr("articles.views.front.choose_leads", with_a_fold)
    page = new_page(java_script_enabled=javascript, viewport=size)
    visit(page, "front")
    summary = page.locator(".front__latest summary")
    expect(summary).to_contain_text("4 more from")
    folded = page.locator(".front__latest details a")
    expect(folded).to_have_count(4)
    expect(folded.first).to_be_hidden()
    summary.press("Enter")
    expect(folded.last).to_be_visible()
    expect(page.locator(".front__latest .headline").last).to_be_visible()
    if javascript:
        assert page.evaluate("measure.overflows()") == []


# The contrast of matched words in what has been read, by the formula of WCAG.
MATCHED = """() => {
  const light = (colour) => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll(".is-read mark")].map((mark) => {
    const { color, backgroundColor } = getComputedStyle(mark);
    const [low, high] = [light(color), light(backgroundColor)].sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_matched_words_of_read_results_can_be_read(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/search/?q=the")
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("m")
    expect(page.locator(".is-read")).to_have_count(3)
    contrasts = page.evaluate(MATCHED)
    assert contrasts
    assert min(contrasts) >= 4.5
