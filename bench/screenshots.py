"""Pictures of every page type in both themes and two widths, into docs/screenshots.

``python -m bench.screenshots [--only front] [--into docs/screenshots]``

The sample edition is served as in production. Everything that could differ between two runs is fixed: the edition, the
reader's clock, zone and language. Fonts are this machine's.
"""

import argparse
import base64
import itertools
import re
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.chromium import ARGUMENTS, find_chromium
from bench.lighthouse import addresses
from bench.production import ROOT, production_site
from tests.support.edition import EXTRA_FILES, SAMPLE_PAGES, WITHDRAWN

# Width, the height of the window, and how much of the page is shown at most: CSS pixels.
SIZES = {"phone": (360, 740, 1480), "desktop": (1280, 900, 1500)}
THEMES = ("light", "dark")
QUALITY = 70
SAMPLE_DAY = "2023-09-05T14:00:00Z"  # soon after the newest article of the edition


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", action="append", choices=SAMPLE_PAGES, help="a page type; may be repeated")
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    with production_site({WITHDRAWN: EXTRA_FILES[WITHDRAWN]}) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        pages = addresses(site, arguments.only or SAMPLE_PAGES)
        for size, theme in itertools.product(SIZES, THEMES):
            take(browser, pages, size, theme, arguments.into)
        browser.close()
    written = list(arguments.into.glob("*.webp"))
    print(f"{len(written)} pictures, {sum(path.stat().st_size for path in written) / 1e6:.1f} MB in {arguments.into}")


def take(browser: Browser, pages: dict[str, str], size: str, theme: str, folder: Path) -> None:
    """Write a picture of each page, addresses by name, at one size in one theme."""
    width, height, shown = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        timezone_id="UTC",
        locale="en-GB",
        service_workers="block",
    )
    page = context.new_page()
    page.clock.set_fixed_time(SAMPLE_DAY)
    chromium = context.new_cdp_session(page)  # Playwright itself knows no WebP
    for name, url in pages.items():
        page.goto(url, wait_until="networkidle")
        # Pictures further down wait until they are near.
        page.evaluate(
            "Promise.all([...document.images].map(i => { i.loading = 'eager'; return i.decode().catch(() => {}) }))"
        )
        whole = int(page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": width, "height": min(whole, shown), "scale": 1}
        options = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
        picture = chromium.send("Page.captureScreenshot", options)["data"]
        (folder / f"{re.sub('[^a-z0-9]+', '-', name)}-{size}-{theme}.webp").write_bytes(base64.b64decode(picture))
    context.close()


if __name__ == "__main__":
    main()
