"""What editors write reaches neither the server nor anybody's browser or spreadsheet, in whichever field of a form."""

import csv
import json
import socket
from html.parser import HTMLParser
from io import StringIO
from typing import Any, NoReturn

import pytest
from django import forms
from django.test import Client

from tests.support.accounts import client_of
from tests.support.desk import export_of, form_of
from tests.support.desk_pages import make_things, pages
from tests.support.reader_pages import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SECRET = "never to be shown"
FORMS = ("article", "topic", "provider", "pin")
TEXTS = {
    "template": "{{ settings.SECRET_KEY }} {% include '/etc/passwd' %} {% debug %} ${7*7} <%= 7*7 %>",
    "markup": '"><svg onload=alert(1)><script>alert(2)</script><img src=x onerror=alert(3)>',
    "markdown": "[x](javascript:alert(1)) ![x](file:///etc/passwd) <iframe src=//evil.example></iframe> [y]: data:text/html,x",
    "formula": "=cmd|' /C calc'!A0",
    "path": "../../../../etc/passwd",
}
NO_ADDRESSES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "file:///etc/passwd", "data:text/html,<script>alert(2)</script>",
    "gopher://127.0.0.1/", "\\\\evil.example\\share", "/etc/passwd", "//evil.example/x", "vbscript:x",
]  # fmt: skip
INSIDE = ["http://169.254.169.254/latest/meta-data/", "http://[::1]:6379/", "http://2130706433/", "http://127.0.0.1/x"]
SCHEMES = ("http:", "https:", "mailto:", "/", "#", "?", ".")


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.SECRET_KEY = SECRET

    def refuse(*arguments: Any) -> NoReturn:
        raise AssertionError(f"something asks {arguments[-1]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


class Markup(HTMLParser):
    """What a page could run or load: handlers, addresses of links, pictures and frames, and scripts in the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tag = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag = "" if "json" in (dict(attrs).get("type") or "") else tag  # data, which no browser runs
        source = dict(attrs).get("src") or dict(attrs).get("data") or ""
        if tag in ("iframe", "object", "embed") and not source.startswith("/admin/"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on"):
                self.found.append(f"{tag} {name}={value}")
            address = (value or "").strip().casefold()
            loaded = name in ("href", "src", "action", "formaction", "poster") and ":" in address.split("/")[0]
            if loaded and not address.startswith(SCHEMES):
                self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if self.tag == "script" and "alert(" in data:
            self.found.append(f"<script>{data}")

    def handle_endtag(self, tag: str) -> None:
        self.tag = ""


def texts_of(page: Any) -> list[str]:
    """Return the names of a form's fields that take any text."""
    form = page.context["adminform"].form
    return [
        form.add_prefix(name) for name, field in form.fields.items()
        if type(field).__name__ not in ("URLField", "SlugField") and isinstance(field, forms.CharField)
        and isinstance(field.widget, forms.TextInput | forms.Textarea) and not field.widget.is_hidden
    ]  # fmt: skip


def save_what_is_taken(client: Client, url: str, data: dict[str, Any], names: list[str], text: str) -> list[str]:
    """Save a form with a text in each field that takes it; return the names of these."""
    taken = list(names)
    while taken:
        response = client.post(url, data | dict.fromkeys(taken, text))
        if response.status_code == 302:
            break
        assert response.status_code == 200
        refused = set(response.context["adminform"].form.errors)
        assert refused & set(taken), response.context["errors"]
        taken = [name for name in taken if name not in refused]
    return taken


def check_page(client: Client, url: str) -> None:
    response = client.get(url, follow=True)
    assert response.status_code == 200, url
    text = b"".join(response).decode()
    assert SECRET not in text, url
    assert "root:x:0" not in text, url
    kind = response["Content-Type"]
    if "html" in kind:
        assert Markup(text).found == [], url
    elif "json" in kind:
        for html in pieces(json.loads(text)):
            assert Markup(html).found == [], url
    else:
        assert ("<svg" in text, "<script" in text) == (False, False), url


def pieces(value: Any) -> list[str]:
    """Return the markup in a JSON answer."""
    if isinstance(value, dict):
        own = [each for name, each in value.items() if name.endswith("html") and isinstance(each, str)]
        return own + [piece for each in value.values() for piece in pieces(each)]
    return [piece for each in value for piece in pieces(each)] if isinstance(value, list) else []


@pytest.mark.parametrize("kind", TEXTS)
def test_no_text_is_run_read_or_shown_as_markup(kind: str) -> None:
    editor = client_of()
    desk = pages(*make_things())
    taken = {}
    for name in FORMS:
        page = editor.get(desk[name])
        taken[name] = save_what_is_taken(editor, desk[name], form_of(editor, desk[name]), texts_of(page), TEXTS[kind])
    assert {name for name, fields in taken.items() if fields} >= {"article", "pin"}, taken
    editor.post(desk["notes on an article"], {"text": TEXTS[kind]})
    for url in (*desk.values(), *addresses()):
        check_page(editor, url)
    for name in ("topic", "provider"):
        for row in csv.reader(StringIO(export_of(editor, name))):
            assert not [cell for cell in row if cell.startswith(("=", "+", "@", "-"))]


def save_address(editor: Client, url: str, address: str) -> list[str]:
    form = editor.get(url).context["adminform"].form
    links = [key for key, field in form.fields.items() if "url" in key or isinstance(field, forms.URLField)]
    return save_what_is_taken(editor, url, form_of(editor, url), links, address)


def test_no_address_but_the_webs_is_taken() -> None:
    editor = client_of()
    desk = pages(*make_things())
    for address in NO_ADDRESSES:
        for name in FORMS:
            assert save_address(editor, desk[name], address) == [], (name, address)


def test_no_address_that_is_taken_is_asked() -> None:
    editor = client_of()
    desk = pages(*make_things())
    for address in INSIDE:
        assert save_address(editor, desk["article"], address), address
    for url in (*desk.values(), *addresses()):
        check_page(editor, url)
