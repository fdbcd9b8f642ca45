"""Pages that open without a network, and fresh ones as soon as it is there."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.conftest import NewPage
from tests.support.edition import PAGES
from tests.support.pages import AXE_OPTIONS, DESKTOP, PHONE, follow, resize

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

ARTICLE, TOPIC = PAGES["article"], PAGES["topic"]
KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("newsreader-pages-"));
  const found = [];
  for (const name of names) for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname + new URL(url).search);
  return found;
}"""


@pytest.fixture
def reader(new_page: NewPage) -> Page:
    """A page that the worker answers for, with the front page kept."""
    page = new_page(service_workers="allow")
    page.goto("/")
    wait_until_kept(page, "/")
    return page


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(KEPT)
    return found


def wait_until(page: Page, condition: str, arg: str = "") -> None:
    """Wait for an asynchronous function to return what is true."""
    script = f"""async (arg) => {{
      for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((go) => setTimeout(go, 20)))
        if (await ({condition})(arg)) return true;
      return false;
    }}"""
    assert page.evaluate(script, arg), condition


def wait_until_kept(page: Page, path: str) -> None:
    wait_until(page, f"async (path) => (await ({KEPT})()).includes(path)", path)


def read(page: Page, path: str) -> None:
    page.goto(path)
    wait_until_kept(page, path)


def test_pages_that_were_read_open_without_a_network_and_say_from_when_they_are(reader: Page) -> None:
    for path in (TOPIC, ARTICLE, PAGES["story"]):
        read(reader, path)
    expect(reader.locator(".kept")).to_be_hidden()
    titles = {}
    reader.context.set_offline(True)
    for path in ("/", TOPIC, ARTICLE, PAGES["story"]):
        reader.goto(path)
        titles[path] = reader.title()
        expect(reader.locator(".kept")).to_contain_text("This page was stored on")
        assert reader.locator(".kept time").inner_text()
        # Styles and scripts are there, too.
        assert (
            reader.evaluate("getComputedStyle(document.querySelector('.masthead__name')).textDecorationLine") == "none"
        )
        expect(reader.locator(".save").first).to_have_attribute("aria-label", re.compile("^Save: .+"))
    assert len(set(titles.values())) == 4
    for size, scheme in ((PHONE, "dark"), (DESKTOP, "light")):
        resize(reader, size, scheme)
        assert reader.evaluate("measure.overflows()") == []
        results = Axe().run(reader, options=AXE_OPTIONS)
        assert results.violations_count == 0, results.generate_report()


def test_any_other_page_leads_to_those_that_were_kept(reader: Page) -> None:
    read(reader, ARTICLE)
    title = reader.locator("h1").inner_text()
    reader.context.set_offline(True)
    reader.goto("/archive/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Reading without a network")
    links = reader.locator("[data-kept-pages] a")
    expect(links).to_have_count(2)
    expect(links.first).to_have_text(title)
    expect(reader.locator("[data-kept-pages] time").first).to_have_text("1 minute ago")
    results = Axe().run(reader, options=AXE_OPTIONS)
    assert results.violations_count == 0, results.generate_report()
    follow(reader, links.first)
    expect(reader.get_by_role("heading", level=1)).to_have_text(title)


def test_saved_articles_are_there_without_a_network(reader: Page) -> None:
    read(reader, ARTICLE)
    reader.locator(".story .save").click()
    reader.context.set_offline(True)
    follow(reader, reader.get_by_role("link", name="Saved", exact=True))
    expect(reader.locator("main h3")).to_have_text("The marsh that ate the storm")
    follow(reader, reader.locator("main .u-url"))
    expect(reader.locator(".kept")).to_be_visible()


def test_with_a_network_every_page_is_fresh_and_so_is_the_first_after_its_return(
    reader: Page, settings: Settings
) -> None:
    settings.SITE_TAGLINE = "News of the morning"
    read(reader, TOPIC)
    expect(reader.locator(".masthead__tagline")).to_have_text("News of the morning")
    settings.SITE_TAGLINE = "News of noon"
    reader.goto(TOPIC)
    expect(reader.locator(".masthead__tagline")).to_have_text("News of noon")
    # While the worker replaces a page, there is none for a moment.
    text = "(await (await caches.match(path))?.text() ?? '')"
    wait_until(reader, f"async (path) => {text}.includes('News of noon')", TOPIC)
    settings.SITE_TAGLINE = "News of the evening"
    reader.context.set_offline(True)
    reader.goto(TOPIC)
    expect(reader.locator(".masthead__tagline")).to_have_text("News of noon")
    reader.context.set_offline(False)
    follow(reader, reader.get_by_role("link", name="Try again"))
    expect(reader.locator(".masthead__tagline")).to_have_text("News of the evening")
    expect(reader.locator(".kept")).to_be_hidden()


def test_only_pages_to_read_are_kept(reader: Page) -> None:
    for name in ("topic list", "archive", "provider", "ranking", "saved", "offline", "404", "410"):
        reader.goto(PAGES[name])
    reader.goto("/admin/login/")
    read(reader, ARTICLE)
    assert kept(reader) == ["/", ARTICLE]


def test_what_was_withdrawn_is_kept_no_longer(reader: Page) -> None:
    put = "async (path) => (await caches.open((await caches.keys()).find((name) => name.includes('pages')))).put(path, new Response('old'))"
    reader.evaluate(put, PAGES["410"])
    assert PAGES["410"] in kept(reader)
    reader.goto(PAGES["410"])
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    wait_until(reader, f"async (path) => !(await ({KEPT})()).includes(path)", PAGES["410"])


def test_the_last_thirty_pages_are_kept(reader: Page) -> None:
    fill = """async () => {
      const cache = await caches.open((await caches.keys()).find((name) => name.includes("pages")));
      for (let place = 1; place < 30; place++) await cache.put(`/stories/${place}-old/`, new Response("old"));
    }"""
    reader.evaluate(fill)
    assert len(kept(reader)) == 30
    read(reader, "/")  # read again, it is the newest
    wait_until(reader, f"async () => (await ({KEPT})()).at(-1) === '/'")
    read(reader, ARTICLE)
    wait_until(reader, f"async () => (await ({KEPT})()).length <= 30")  # the oldest goes after the newest has come
    pages = kept(reader)
    assert (len(pages), pages[0], pages[-2:]) == (30, "/stories/2-old/", ["/", ARTICLE])


def test_a_form_makes_the_browser_drop_what_it_kept(reader: Page) -> None:
    read(reader, ARTICLE)
    read(reader, f"{TOPIC}?view=stories")
    follow(reader, reader.get_by_role("button", name="Always show it like this"))
    wait_until_kept(reader, TOPIC)
    assert kept(reader) == [TOPIC]


def test_forgetting_drops_kept_pages(reader: Page) -> None:
    reader.goto("/settings/")
    reader.on("dialog", lambda dialog: dialog.accept())
    reader.get_by_role("button", name="Forget what is stored here").click()
    expect(reader.get_by_role("status").filter(visible=True)).to_have_text("Forgotten")
    assert kept(reader) == []


def test_a_new_version_removes_what_the_old_one_kept_and_nothing_else(reader: Page, settings: Settings) -> None:
    reader.evaluate("caches.open('somebody-elses')")
    before = set(reader.evaluate("caches.keys()"))
    settings.SITE_NAME = "Another name"  # a part of the version
    reader.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update())")
    wait_until(
        reader, "async (old) => !(await caches.keys()).includes(old)", next(name for name in before if "shell" in name)
    )
    wait_until_kept(reader, "/")
    after = set(reader.evaluate("caches.keys()"))
    assert after & before == {"somebody-elses"}


def test_pictures_of_our_own_are_there_without_a_network(reader: Page) -> None:
    read(reader, ARTICLE)
    reader.reload()  # now the worker has seen the picture
    width = "document.querySelector('.picture img').decode().then(() => document.querySelector('.picture img').naturalWidth)"
    assert reader.evaluate(width) > 100
    picture = reader.locator(".picture img").first.evaluate("image => image.currentSrc")
    wait_until(reader, "async (address) => !!(await caches.match(address))", picture)
    reader.context.set_offline(True)
    reader.reload()
    expect(reader.locator(".kept")).to_be_visible()
    assert reader.evaluate(width) > 100


def test_the_list_of_kept_pages_moves_nothing_and_explains_itself_without_scripts(
    reader: Page, new_page: NewPage
) -> None:
    read(reader, ARTICLE)
    for size in (PHONE, DESKTOP):
        resize(reader, size)
        reader.goto("/offline/")
        expect(reader.locator("[data-kept-pages] a")).to_have_count(2)
        assert reader.evaluate("measure.layoutShifts()") == []
    page = new_page(java_script_enabled=False)
    page.goto("/offline/")
    expect(page.locator("main noscript p")).to_be_visible()
