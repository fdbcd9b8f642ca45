"""The Chromium of this machine, as tests and measurements start it."""

import shutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# The same engine without windows, extensions and profiles: it opens the same pages with a third of the processor time.
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """Return the path of the browser that readers have, or of the shell where there is no other."""
    return first_of(*BROWSERS, *SHELLS)


def find_headless_chromium() -> str | None:
    """Return the path of the shell, or of the browser where there is no shell."""
    return first_of(*SHELLS, *BROWSERS)


def first_of(*names: str) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)
