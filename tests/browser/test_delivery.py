"""What the site sends in production: how many bytes, and what Lighthouse makes of them."""

import pytest
from playwright.sync_api import Page

from bench.chromium import find_headless_chromium
from bench.lighthouse import DETERMINISTIC, addresses, audit, missing_tool, skipped
from bench.production import Site
from tests.support.budgets import FRONT_PAGE_BYTES, LOADED, STYLES_AND_SCRIPTS_BYTES
from tests.support.edition import LIGHTHOUSE_PAGES, SAMPLE_PAGES, STATUSES

# One worker for all: each would serve a site of its own.
pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.xdist_group("production")]


@pytest.mark.parametrize("name", SAMPLE_PAGES)
def test_the_styles_and_scripts_of_a_page_are_light(production: Site, production_page: Page, name: str) -> None:
    response = production_page.goto(addresses(production, [name])[name], wait_until="load")
    assert response is not None
    assert response.status == STATUSES.get(name, 200)
    sizes = production_page.evaluate(LOADED)
    assert sizes
    assert all(sizes.values()), f"a file was not loaded: {sizes}"
    assert sum(sizes.values()) <= STYLES_AND_SCRIPTS_BYTES, sizes


def test_the_front_page_is_light(production: Site, production_page: Page) -> None:
    response = production_page.goto("/")
    assert response is not None
    assert response.headers["content-encoding"] == "br"
    assert 1000 < int(response.headers["content-length"]) <= FRONT_PAGE_BYTES


def test_a_style_sheet_is_sent_compressed_and_may_be_kept_forever(production: Site, production_page: Page) -> None:
    with production_page.expect_response("**/*.css") as caught:
        production_page.goto("/")
    headers = caught.value.headers
    assert headers["content-encoding"] == "br"
    assert headers["cache-control"] == "max-age=315360000, public, immutable"


@pytest.fixture
def _lighthouse() -> None:
    if reason := missing_tool():
        pytest.skip(reason)


@pytest.mark.usefixtures("_lighthouse")
def test_lighthouse_finds_nothing_to_mend_but_time(production: Site) -> None:
    pages = addresses(production, LIGHTHOUSE_PAGES)
    audits = list(audit(pages, DETERMINISTIC, throttling="provided", chromium=find_headless_chromium()))
    assert [each.name for each in audits] == list(LIGHTHOUSE_PAGES)
    for each in audits:
        assert each.scores == dict.fromkeys(DETERMINISTIC, 100), f"{each.name}: {each.flaws}"


def test_only_a_page_that_robots_may_not_read_or_index_is_spared_the_question_whether_they_may() -> None:
    assert skipped("http://127.0.0.1:8000/settings/") == ["is-crawlable"]
    assert skipped("http://127.0.0.1:8000/search/?q=trams") == ["is-crawlable"]
    assert skipped("http://127.0.0.1:8000/topics/ai/") == []
    assert skipped("http://127.0.0.1:8000/") == []
