"""The HTML and CSS that the site sends."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from articles.preferences.choices import Choices
from tests.support.choices import choose
from tests.support.edition import PAGES, STATUSES
from tests.support.validator import complaints

pytestmark = pytest.mark.django_db

# What shows notices, buttons to undo, marks and sections that others do not have.
CHOSEN = Choices(
    followed_topics=("climate",),
    muted_topics=("ai",),
    muted_providers=("pixelledger.example",),
    text_size="large",
    mark_new=True,
    last_visit=1_693_000_000,
    seen=2**31,
)


def html_of(name: str, choices: Choices | None = None) -> str:
    client = Client(raise_request_exception=False)
    if choices:
        choose(client, choices)
    response = client.get(PAGES[name])
    assert response.status_code == STATUSES.get(name, 200)
    return response.content.decode()


def test_the_nu_validator_has_no_complaint_about_pages_style_sheets_and_drawings(site_url: str, tmp_path: Path) -> None:
    for name in PAGES:
        (tmp_path / f"{name}.html").write_text(html_of(name), encoding="utf-8")
        (tmp_path / f"{name}, with choices.html").write_text(html_of(name, CHOSEN), encoding="utf-8")
    static = [path for path in (settings.BASE_DIR / "static").rglob("*") if path.suffix in (".css", ".svg")]
    assert len(static) > 3
    found = complaints([*tmp_path.glob("*.html"), *static])
    assert not found, "\n".join(found)


class InlineFinder(HTMLParser):
    """Collects what the security policy forbids: styles and scripts in the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        names = dict(attrs)
        # Browsers do not run a block of data, so that the policy does not forbid it.
        is_data = names.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and "src" not in names and not is_data):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            runs = name.startswith("on") or (value or "").strip().lower().startswith("javascript:")
            if runs or name in ("style", "srcdoc"):
                self.found.append(f"<{tag} {name}={value!r}>")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_style_and_no_script_inside(site_url: str, name: str) -> None:
    finder = InlineFinder()
    finder.feed(html_of(name))
    assert finder.tags > 10
    assert not finder.found
