"""Readers who choose: what they do on one page is so on all others."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, expect

from articles.models import Article, Provider, Story
from tests.browser.conftest import NewPage
from tests.support.edition import PAGES
from tests.support.pages import AXE_OPTIONS, DESKTOP, PHONE, follow, resize

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
WAYS = pytest.mark.parametrize(
    ("javascript", "size"), [(True, PHONE), (True, DESKTOP), (False, PHONE), (False, DESKTOP)]
)
# The pages of the provider itself and of all of them name what is muted; its own articles are read at their addresses.
TARGETS = ".hidden-by-you a, .choices button, .muted-note button, .settings button, .settings__actions a, .field__line, .tools a"
EVERYWHERE = ("front", "topic", "topic, page 2", "topic, folded", "story", "archive month", "topic list", "archive")


@pytest.fixture
def told_by() -> Provider:
    """Return a provider that the largest story and the front page name."""
    story = Story.objects.order_by("-size")[0]
    names = Article.objects.linkable().filter(member__story=story).exclude(pk=story.lead_id)
    return Provider.objects.filter(articles__in=names, articles__published=True).distinct()[0]


def open_page(new_page: NewPage, javascript: bool, size: tuple[int, int]) -> Page:
    page = new_page(java_script_enabled=javascript)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return page


@WAYS
def test_one_mutes_a_provider_and_sees_it_gone_everywhere(
    new_page: NewPage, told_by: Provider, javascript: bool, size: tuple[int, int]
) -> None:
    page = open_page(new_page, javascript, size)
    page.goto(PAGES["story"])
    expect(page.locator("main")).to_contain_text(told_by.name)
    page.goto(told_by.get_absolute_url())
    follow(page, page.get_by_role("button", name="Mute"))
    expect(page.get_by_text("You have muted this provider")).to_be_visible()
    for name in EVERYWHERE:
        page.goto(PAGES[name])
        assert told_by.name not in page.locator("main").inner_html(), name
        assert told_by.domain not in page.content(), name
    page.goto(PAGES["story"])
    follow(page, page.locator(".hidden-by-you").get_by_role("link", name="show"))
    expect(page.locator("main")).to_contain_text(told_by.name)
    follow(page, page.get_by_role("link", name="hide again"))
    expect(page.locator("main")).not_to_contain_text(told_by.name)
    page.goto(told_by.get_absolute_url())
    follow(page, page.get_by_role("button", name="Unmute"))
    page.goto(PAGES["story"])
    expect(page.locator("main")).to_contain_text(told_by.name)
    expect(page.locator(".hidden-by-you")).to_have_count(0)
    assert page.context.cookies() == []


@WAYS
def test_one_sets_everything_in_settings_and_forgets_it(
    new_page: NewPage, javascript: bool, size: tuple[int, int]
) -> None:
    page = open_page(new_page, javascript, size)
    page.goto("/")
    usual = page.locator("h3.card__title").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    follow(page, page.get_by_role("link", name="Settings"))
    expect(page.get_by_text("Nothing yet")).to_be_visible()
    page.get_by_label("Follow one more topic").select_option(label="Climate")
    page.get_by_label("Larger").check()
    page.get_by_label("Time zone").select_option("Asia/Kolkata")
    page.get_by_label("Mute one more provider").fill("no domain")
    follow(page, page.get_by_role("button", name="Save these choices"))
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Larger")).to_be_checked()
    page.get_by_label("Mute one more provider").fill("kerbside.example")
    follow(page, page.get_by_role("button", name="Save these choices"))
    expect(page.locator(".settings__said")).to_have_text("Your choices are saved.")
    expect(page.get_by_text("You follow: Climate.")).to_be_visible()
    [cookie] = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("choices", True, "Lax")
    page.goto("/")
    expect(page.get_by_role("heading", name="You follow")).to_be_visible()
    larger = page.locator("h3.card__title").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert larger > usual * 1.25
    flaws = page.evaluate("measure.overflows()")
    assert not flaws, "\n".join(flaws)
    page.goto("/settings/")
    page.get_by_label("Climate").uncheck()
    follow(page, page.get_by_role("button", name="Save these choices"))
    expect(page.get_by_text("You follow: Climate.")).to_have_count(0)
    follow(page, page.get_by_role("button", name="Forget everything"))
    expect(page.get_by_text("Nothing yet")).to_be_visible()
    assert page.context.cookies() == []


def test_the_file_of_one_browser_gives_another_the_same_choices(new_page: NewPage) -> None:
    first, second = new_page(accept_downloads=True), new_page()
    first.goto("/topics/ai/")
    follow(first, first.get_by_role("button", name="Follow"))
    first.goto("/settings/")
    with first.expect_download() as download:
        first.get_by_role("link", name="Export as a file").click()
    assert download.value.suggested_filename == "choices.json"
    second.goto("/settings/")
    second.get_by_label("A file that was exported").set_input_files(download.value.path())
    follow(second, second.get_by_role("button", name="Import the choices in this file"))
    expect(second.get_by_text("You follow: AI.")).to_be_visible()


@WAYS
def test_with_images_off_none_is_asked_for(new_page: NewPage, javascript: bool, size: tuple[int, int]) -> None:
    page = open_page(new_page, javascript, size)
    page.goto("/settings/")
    page.get_by_label("Show images").uncheck()
    follow(page, page.get_by_role("button", name="Save these choices"))
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type == "image" and "/static/" not in request.url:
            asked.append(request.url)

    page.on("request", note)
    for name in ("front", "topic", "article", "article, video", "story", "provider", "provider list", "archive month"):
        page.goto(PAGES[name], wait_until="load")
        assert page.locator("img").count() == 0, name
    assert asked == []


@pytest.mark.parametrize("name", ["front", "topic", "story", "provider", "topic list", "provider list", "settings"])
def test_pages_with_choices_are_as_sound_as_others(new_page: NewPage, told_by: Provider, name: str) -> None:
    page = new_page()
    page.goto("/settings/")
    page.get_by_label("Follow one more topic").select_option(label="Climate")
    page.get_by_label("Mute one more topic").select_option(label="AI")
    page.get_by_label("Mute one more provider").fill(told_by.domain)
    page.get_by_label("Mark what is new").check()
    page.get_by_label("Lowest quality").fill("60")
    follow(page, page.get_by_role("button", name="Save these choices"))
    page.goto(told_by.get_absolute_url() if name == "provider" else PAGES[name])
    for size, scheme in ((PHONE, "light"), (DESKTOP, "dark")):
        resize(page, size, scheme)
        flaws = page.evaluate("measure.overflows()")
        flaws += page.evaluate("selector => measure.smallTargets(selector, 24)", TARGETS)
        assert not flaws
        results = Axe().run(page, options=AXE_OPTIONS)
        assert results.violations_count == 0, f"{name} at {size[0]}, {scheme}: {results.generate_report()}"
