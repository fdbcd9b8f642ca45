"""Every response tells browsers what it may do: pages, the desk, feeds, images, files, errors, cached or not."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from bench.production import ROOT
from newsreader.response_headers import PLAIN, permissions_policy
from newsreader.serving.application import TEXT
from tests.support.addresses import addresses
from tests.support.desk import picture
from tests.support.factories import make_article, make_topic
from tests.support.known_things import make_known

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NEEDED = ("default-src", "base-uri", "form-action", "frame-ancestors")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "credentialless",
    "Permissions-Policy": permissions_policy(),
}

# Pages whose address lets in say so.
STRICTER = ("Referrer-Policy", "no-referrer")


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in policy.split(";") if part.strip())}


def faults(response: Any) -> Iterator[str]:
    """Yield what Mozilla's Observatory would hold against a response, and whatever else of these headers is missing."""
    headers = response.headers
    given = {name: headers.get(name) for name in ALWAYS}
    wrong = {name for name, value in ALWAYS.items() if value != given[name] and (name, given[name]) != STRICTER}
    yield from (f"{name}: {given[name]}" for name in sorted(wrong))
    policy = directives(headers.get("Content-Security-Policy", ""))
    yield from (f"{name}: {policy.get(name)}" for name in NEEDED if name not in policy)
    sources = {source for name in set(policy) - {"img-src", "frame-ancestors"} for source in policy[name]}
    if policy.get("default-src") != ["'none'"] or not sources <= {"'self'", "'none'"}:
        yield f"Content-Security-Policy: {policy}"
    if policy.get("frame-ancestors") != ["*"] and headers.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN"):
        yield "X-Frame-Options"
    if headers.get("Cross-Origin-Resource-Policy") not in ("same-origin", "cross-origin"):
        yield "Cross-Origin-Resource-Policy"
    for cookie in response.cookies.values():
        is_set = cookie["max-age"] != 0
        if is_set and not (cookie["samesite"] and (cookie["httponly"] or cookie.key == "csrftoken")):
            yield f"the cookie {cookie.key}"


def clients() -> dict[str, Client]:
    administrator = Client(raise_request_exception=False)
    administrator.force_login(User.objects.create_superuser("root"))
    return {"a reader": Client(raise_request_exception=False), "an administrator": administrator}


@pytest.mark.parametrize("who", ["a reader", "an administrator"])
def test_every_address_has_them(who: str) -> None:
    known, client = make_known(), clients()[who]
    found = {}
    for address in addresses():
        if address.text == "admin/logout/":
            continue
        path = address.filled(known)
        response: Any = client.get(path)
        assert response.status_code < 500, path
        if wrong := list(faults(response)):
            found[path] = wrong
        response.close()
    assert found == {}


def refused_host(client: Client) -> Any:
    return client.get("/", headers={"host": "elsewhere.example"})


def forged(client: Client) -> Any:
    return Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x", "password": "y"})


def limited(client: Client) -> Any:
    client.get("/api/v1/articles")
    return client.get("/api/v1/articles")


ANSWERS: dict[str, tuple[int, Callable[[Client], Any]]] = {
    "health": (200, lambda client: client.get("/livez")),
    "readiness": (200, lambda client: client.get("/readyz")),
    "figures": (200, lambda client: client.get("/metrics", headers={"authorization": "Bearer figures"})),
    "what the API allows": (204, lambda client: client.options("/api/v1/articles")),
    "the API's limit": (429, limited),
    "the API's errors": (404, lambda client: client.get("/api/v1/nowhere")),
    "no page": (404, lambda client: client.get("/nowhere/")),
    "no static file": (404, lambda client: client.get("/static/nowhere.css")),
    "another method": (405, lambda client: client.post("/topics/")),
    "a redirect": (301, lambda client: client.get("/TOPICS/")),
    "a host of others": (400, refused_host),
    "a forged form": (403, forged),
    "a style sheet": (200, lambda client: client.get("/static/css/admin.css")),
    "an icon": (200, lambda client: client.get("/static/img/favicon.svg")),
    "an uploaded picture": (200, lambda client: client.get("/media/assets/a.png")),
    "a picture with nothing new": (200, lambda client: client.head("/media/assets/a.png")),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_no_page_has_them(name: str, settings: Settings) -> None:
    settings.METRICS_TOKEN, settings.API_RATE_LIMIT = "figures", 1 if name == "the API's limit" else 0
    default_storage.save("assets/a.png", ContentFile(picture().read()))
    status, ask = ANSWERS[name]
    response = ask(Client(raise_request_exception=False))
    assert response.status_code == status
    assert list(faults(response)) == []
    response.close()


def test_failures_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.views.front.choose_leads", lambda *args: 1 / 0)
    response = Client(raise_request_exception=False).get("/")
    assert (response.status_code, list(faults(response))) == (500, [])


def test_what_the_server_says_itself_has_those_of_plain_text() -> None:
    assert set(PLAIN) <= set(TEXT)
    assert {name for name, _ in PLAIN} == {
        "x-content-type-options", "content-security-policy", "cross-origin-resource-policy",
    }  # fmt: skip


def test_other_sites_may_show_pictures_files_and_what_is_made_for_their_frames() -> None:
    default_storage.save("assets/a.png", ContentFile(picture().read()))
    article = make_article([make_topic()])
    policies = {
        path: Client().get(path)["Cross-Origin-Resource-Policy"]
        for path in ("/", "/settings/choices.json", "/media/assets/a.png", "/static/img/favicon.svg", "/favicon.ico",
                     f"/embed/article/{article.pk}/", f"/cards/article-{article.pk}-older.png")
    }  # fmt: skip
    assert [path for path, policy in policies.items() if policy == "same-origin"] == ["/", "/settings/choices.json"]


def test_without_images_of_others_everything_has_to_be_of_this_site(settings: Settings) -> None:
    settings.REMOTE_IMAGES = False
    assert Client().get("/offline/")["Cross-Origin-Embedder-Policy"] == "require-corp"


def test_features_that_pages_use_are_theirs_alone_and_no_other_is_allowed() -> None:
    policy = dict(part.split("=", 1) for part in permissions_policy().split(", "))
    allowed = {name for name, who in policy.items() if who != "()"}
    assert allowed == {"clipboard-write", "publickey-credentials-create", "publickey-credentials-get"}
    assert "web-share" not in policy  # by default, it is for this site's pages
    assert {policy[name] for name in allowed} == {"(self)"}


@pytest.mark.parametrize(
    ("hsts", "value"),
    [
        ("host", "max-age=31536000"),
        ("subdomains", "max-age=31536000; includeSubDomains"),
        ("preload", "max-age=31536000; includeSubDomains; preload"),
    ],
)
def test_https_is_remembered_on_every_response(settings: Settings, hsts: str, value: str) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD = hsts != "host", hsts == "preload"
    for path in ("/offline/", "/livez", "/static/css/admin.css", "/nowhere/"):
        assert Client().get(path, secure=True)["Strict-Transport-Security"] == value, path
        assert "Strict-Transport-Security" not in Client().get(path), path


def documented_settings(folder: Path) -> dict[str, str]:
    """Return the settings that docs/deployment.md shows for a public site, with folders and a key of this test's."""
    text = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    block = text.partition("## Settings for a public site")[2].partition("```sh\n")[2].partition("```")[0]
    values = dict(line.split("=", 1) for line in block.splitlines())
    return values | {"SECRET_KEY": "k3y" * 20 + "abcdefgh", "VAR_DIR": str(folder), "DATABASE_URL": ""}


@pytest.mark.parametrize("hsts", ["host", "preload"])
def test_the_documented_settings_pass_the_check_for_deployment(hsts: str, tmp_path: Path) -> None:
    # Set by tests of browsers in the same process.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment |= documented_settings(tmp_path) | {"HSTS": hsts, "DJANGO_SETTINGS_MODULE": "newsreader.settings"}
    assert environment["HTTPS_ONLY"] == "true"
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


def test_security_txt_names_whom_to_tell(settings: Settings) -> None:
    settings.SECURITY_CONTACTS = ["mailto:security@news.example", "https://news.example/report/"]
    response = Client().get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = [line.split(": ", 1) for line in response.content.decode().splitlines()]
    assert [value for name, value in lines if name == "Contact"] == settings.SECURITY_CONTACTS
    fields = dict(lines)
    expires = dt.datetime.fromisoformat(fields["Expires"])
    assert dt.timedelta(days=150) < expires - timezone.now() < dt.timedelta(days=365)
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "en"


def test_without_a_contact_there_is_no_security_txt(settings: Settings) -> None:
    settings.SECURITY_CONTACTS = []
    assert Client().get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("contact", "read"),
    [
        ("a@news.example", "['mailto:a@news.example']"),
        ("mailto:a@b.example,https://b.example/x", "['mailto:a@b.example', 'https://b.example/x']"),
        ("http://b.example/", "needs mail addresses or https addresses"),
        ("", "[]"),
    ],
)
def test_contacts_are_read_as_addresses(contact: str, read: str) -> None:
    script = "from newsreader.settings import SECURITY_CONTACTS; print(SECURITY_CONTACTS)"
    command, environment = [sys.executable, "-c", script], os.environ | {"SECURITY_CONTACT": contact}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert read in done.stdout + done.stderr
