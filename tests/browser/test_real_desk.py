"""The editors' desk of a real site, whose lists are longer and whose names are other ones, by axe and on small screens."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Page

from bench.production import ROOT, Site, production_site
from tests.browser.conftest import MEASURE_SCRIPT
from tests.support.migrated import Template
from tests.support.pages import AXE_OPTIONS, DESKTOP, PHONE, resize

# One worker for all: each would import and serve a site of its own.
pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.xdist_group("real desk")]

PAGES = [
    "", "articles/", "articles/article/", "articles/article/?state=unlisted&q=azure", "articles/article/add/",
    "articles/provider/", "articles/provider/?wanting=logo", "articles/topic/", "articles/story/",
    "articles/story/suggestions/", "articles/thread/", "articles/importrun/", "articles/taskrecord/", "articles/action/",
    "articles/note/", "articles/pin/", "articles/pin/add/", "articles/article/files/",
]  # fmt: skip
# The first row of a list leads to a form or page of its own.
FIRST_ROWS = [
    "articles/article/?state=listed",
    "articles/provider/",
    "articles/topic/",
    "articles/story/",
    "articles/thread/",
]
LOG_IN = """
import django; django.setup()
from django.contrib.auth.models import Group, User
from django.test import Client
user = User.objects.create_user("ada", is_staff=True)
user.groups.add(Group.objects.get(name="Editors"))
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value)
"""


@pytest.fixture(scope="module")
def real(corpora: Path, template: Template) -> Iterator[Site]:
    with production_site(database=template.file, content=corpora / "azure-sample", with_desk=True) as site:
        yield site


@pytest.fixture(scope="module")
def session(real: Site) -> str:
    done = subprocess.run(
        [sys.executable, "-c", LOG_IN],
        cwd=ROOT,
        env=dict(real.environment),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.splitlines()[-1]


@pytest.fixture
def desk(browser: Browser, real: Site, session: str) -> Iterator[Page]:
    # axe writes styles of its own, which the policy of the desk refuses.
    context = browser.new_context(base_url=f"{real.url}/admin/", reduced_motion="reduce", bypass_csp=True)
    context.add_cookies([{"name": "sessionid", "value": session, "url": real.url}])
    context.add_init_script(path=MEASURE_SCRIPT)
    yield context.new_page()
    context.close()


def faults_of(page: Page) -> list[str]:
    """Return what axe finds on a page, and whether it is wider than the window."""
    page.evaluate(AXE_SCRIPT)
    results = AxeResults(page.evaluate("options => axe.run(options)", AXE_OPTIONS))
    found = [
        f"{page.url}: {each['id']}: {[node['html'][:140] for node in each['nodes'][:3]]}"
        for each in results.response["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *([f"{page.url} is too wide"] if wide else [])]


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_and_nothing_is_too_wide(desk: Page, size: tuple[int, int], scheme: str) -> None:
    resize(desk, size, scheme)
    faults = []
    for url in PAGES:
        response = desk.goto(url)
        assert response
        assert response.status == 200, url
        for drawer in desk.locator(".drawer > summary").all():
            drawer.click()
        faults += faults_of(desk)
    for url in FIRST_ROWS:
        desk.goto(url)
        with desk.expect_navigation():
            desk.locator("#result_list tbody th a").first.click()
        faults += faults_of(desk)
    assert not faults, "\n".join(faults)
