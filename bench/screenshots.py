"""Pictures of every page type in both themes and two widths, into docs/screenshots; of some, also as other readers see them.

``python -m bench.screenshots [--only front] [--into docs/screenshots]``

The sample edition is served as in production. Everything that could differ between two runs is fixed: the edition, the
reader's clock, zone and language. Fonts are this machine's.
"""

import argparse
import base64
import itertools
import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.chromium import ARGUMENTS, find_chromium
from bench.lighthouse import addresses
from bench.production import ROOT, Site, production_site
from tests.support.edition import EXTRA_FILES, SAMPLE_PAGES, WITHDRAWN

# Width, the height of the window, and how much of the page is shown at most: CSS pixels.
SIZES = {"phone": (360, 740, 1480), "desktop": (1280, 900, 1500)}
THEMES = ("light", "dark")
QUALITY = 70
# Pages as readers see them who chose compact lists, or whose browser gets no pictures.
COMPACT, BLOCKED = "compact", "pictures blocked"
OTHERS = {f"{name}, {how}": name for how in (COMPACT, BLOCKED) for name in ("front", "topic", "article")}
SAMPLE_DAY = "2023-09-05T14:00:00Z"  # soon after the newest article of the edition


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument(
        "--only", action="append", choices=[*SAMPLE_PAGES, *OTHERS], help="a page type; may be repeated"
    )
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    with production_site({WITHDRAWN: EXTRA_FILES[WITHDRAWN]}) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        for size, theme in itertools.product(SIZES, THEMES):
            take(browser, site, arguments.only or [*SAMPLE_PAGES, *OTHERS], size, theme, arguments.into)
        browser.close()
    written = list(arguments.into.glob("*.webp"))
    print(f"{len(written)} pictures, {sum(path.stat().st_size for path in written) / 1e6:.1f} MB in {arguments.into}")


def take(browser: Browser, site: Site, names: list[str], size: str, theme: str, folder: Path) -> None:
    """Write a picture of each page at one size in one theme."""
    for how in ("", COMPACT, BLOCKED):
        here = [name for name in names if (name.endswith(f", {how}") if how else name not in OTHERS)]
        context = context_of(browser, site, size, theme, how)
        page = context.new_page()
        page.clock.set_fixed_time(SAMPLE_DAY)
        pages = addresses(site, [OTHERS.get(name, name) for name in here])
        for name in here:
            page.goto(pages[OTHERS.get(name, name)], wait_until="networkidle")
            file = folder / f"{re.sub('[^a-z0-9]+', '-', name)}-{size}-{theme}.webp"
            file.write_bytes(picture_of(page, size))
        context.close()


def context_of(browser: Browser, site: Site, size: str, theme: str, how: str) -> BrowserContext:
    width, height, _shown = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        timezone_id="UTC",
        locale="en-GB",
        service_workers="block",
    )
    if how == COMPACT:
        page = context.new_page()
        page.goto(f"{site.url}/settings/")
        page.get_by_label("Compact: many headlines at once").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Save these choices").click()
        page.close()
    if how == BLOCKED:
        context.route(re.compile("/media/"), lambda route: route.abort())
    return context


def picture_of(page: Page, size: str) -> bytes:
    """Return a picture of a page as WebP, which Playwright itself does not know."""
    # Pictures further down wait until they are near.
    page.evaluate(
        "Promise.all([...document.images].map(i => { i.loading = 'eager'; return i.decode().catch(() => {}) }))"
    )
    width, _height, shown = SIZES[size]
    whole = int(page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": width, "height": min(whole, shown), "scale": 1}
    options = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    chromium = page.context.new_cdp_session(page)
    return base64.b64decode(chromium.send("Page.captureScreenshot", options)["data"])


if __name__ == "__main__":
    main()
