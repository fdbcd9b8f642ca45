"""The same on a real site, whose pages are longer and whose providers have no logos: served as in production."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.core import signing
from PIL import Image
from playwright.sync_api import Browser, Page

from articles.preferences.choices import COOKIE, SALT
from bench.production import Site, production_site
from tests.browser.conftest import MEASURE_SCRIPT
from tests.support.budgets import FRONT_PAGE_BYTES, LOADED, STYLES_AND_SCRIPTS_BYTES
from tests.support.migrated import Template
from tests.support.pages import AXE_OPTIONS, DESKTOP, IN_SIGHT, PHONE, resize
from tests.support.validator import complaints

# One worker for all: each would import and serve a site of its own.
pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.xdist_group("real site")]

PAGES = {
    "front": "/",
    "topic list": "/topics/",
    "topic": "/topics/azure/",
    "topic, folded": "/topics/azure/?view=stories",
    "topic, last page": "/topics/azure/?page=20",
    "story list": "/stories/",
    "thread list": "/threads/",
    "catch up": "/catch-up/?since=2021-07-01",
    "provider list": "/providers/",
    "provider": "/providers/microsoft.com/",
    "archive": "/archive/",
    "archive month": "/archive/2021/08/",
    "search": "/search/?q=azure",
    "ranking": "/about/ranking/",
    "feeds": "/feeds/",
    "settings": "/settings/",
    "saved": "/saved/",
}
# Where these are depends on the numbers that the database gives: the first of such links on another page.
FOUND = {
    "article": ("/topics/azure/", r'href="(/2021/[^"]+)"'),
    "article of a story": ("/topics/azure/?view=stories", r'href="(/2021/08/27/[^"]+)"'),
    "thread": ("/threads/", r'href="(/threads/\d[^"]+)"'),
}
EVERY_PAGE = pytest.mark.parametrize("name", [*PAGES, *FOUND, "story"])


@pytest.fixture(scope="module")
def real(corpora: Path, template: Template) -> Iterator[Site]:
    with production_site(database=template.file, content=corpora / "azure-sample") as site:
        yield site


@pytest.fixture
def visitor(browser: Browser, real: Site) -> Iterator[Page]:
    """A page whose pictures, which are on other hosts, are blocked."""
    context = browser.new_context(base_url=real.url, reduced_motion="reduce", service_workers="block")
    context.add_init_script(path=MEASURE_SCRIPT)
    yield context.new_page()
    context.close()


def address(page: Page, site: Site, name: str) -> str:
    if name == "story":
        return site.story
    if name in PAGES:
        return PAGES[name]
    where, pattern = FOUND[name]
    found = re.search(pattern, page.request.get(where).text())
    assert found, name
    return found[1]


@EVERY_PAGE
def test_axe_finds_nothing_and_nothing_is_too_wide(visitor: Page, real: Site, name: str) -> None:
    url = address(visitor, real, name)
    for size, scheme in ((PHONE, "dark"), (DESKTOP, "light")):
        resize(visitor, size, scheme)
        response = visitor.goto(url)
        assert response
        assert response.status == 200
        assert visitor.evaluate("measure.overflows()") == []
        visitor.evaluate(AXE_SCRIPT)
        results = AxeResults(visitor.evaluate("options => axe.run(options)", AXE_OPTIONS))
        assert results.violations_count == 0, f"{name} at {size[0]}, {scheme}: {results.generate_report()}"


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", ["front", "topic", "provider", "article", "story"])
def test_nothing_moves_where_pictures_come(visitor: Page, real: Site, name: str, size: tuple[int, int]) -> None:
    picture = BytesIO()
    Image.new("RGB", (640, 400), "teal").save(picture, "PNG")
    visitor.route(
        lambda url: not url.startswith(real.url),
        lambda route: route.fulfill(body=picture.getvalue(), content_type="image/png"),
    )
    resize(visitor, size)
    visitor.goto(address(visitor, real, name), wait_until="load")
    assert visitor.evaluate("measure.layoutShifts()") == []


@EVERY_PAGE
def test_styles_and_scripts_are_light(visitor: Page, real: Site, name: str) -> None:
    visitor.goto(address(visitor, real, name), wait_until="load")
    assert 0 < sum(visitor.evaluate(LOADED).values()) <= STYLES_AND_SCRIPTS_BYTES


def test_the_front_page_is_light(visitor: Page) -> None:
    response = visitor.goto("/")
    assert response
    assert 1000 < int(response.headers["content-length"]) <= FRONT_PAGE_BYTES


def test_the_nu_validator_has_no_complaint(visitor: Page, real: Site, tmp_path: Path) -> None:
    for name in (*PAGES, *FOUND, "story"):
        text = visitor.request.get(address(visitor, real, name)).text()
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")
    found = complaints(tmp_path.glob("*.html"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("size", "most"), [((1280, 800), 400), ((390, 844), 560)])
def test_the_heading_of_a_topic_leaves_room_for_its_first_headline(
    visitor: Page, size: tuple[int, int], most: int
) -> None:
    resize(visitor, size)
    visitor.goto(PAGES["topic"])
    box = visitor.locator(".h-feed .h-entry .p-name > .u-url").first.bounding_box()
    assert box
    assert box["y"] < most
    others = visitor.locator(".heading__children details")
    others.get_by_text("more subtopics").click()
    assert others.get_by_role("link").last.is_visible()


def test_forty_headlines_of_a_compact_front_page_are_in_sight_and_large_enough_to_hit(
    visitor: Page, real: Site
) -> None:
    value = signing.dumps({"density": "compact"}, key=real.environment["SECRET_KEY"], salt=SALT, compress=True)
    visitor.context.add_cookies([{"name": COOKIE, "value": value, "url": real.url}])
    resize(visitor, (1280, 1024))
    visitor.goto("/")
    assert visitor.evaluate(IN_SIGHT) >= 40
    assert visitor.evaluate("measure.smallTargets('main :is(a, summary, button)', 24)") == []
    font = visitor.locator(".headline__title").first.evaluate("title => parseFloat(getComputedStyle(title).fontSize)")
    assert font >= 13
    visitor.evaluate(AXE_SCRIPT)
    results = AxeResults(visitor.evaluate("options => axe.run(options)", AXE_OPTIONS))
    assert results.violations_count == 0, results.generate_report()
    visitor.goto(PAGES["topic"])
    assert visitor.evaluate(IN_SIGHT) >= 18
