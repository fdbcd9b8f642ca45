"""What lets a browser install the site and keep pages, and how scripts are sent.

Tests without the mark django_db may not touch the database: what they ask for needs none.
"""

import json
import struct
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.support.factories import make_article, make_topic

IMAGES = Path(project_settings.BASE_DIR) / "static" / "img"


def test_the_manifest_names_the_site_its_icons_and_where_to_begin(client: Client, settings: Settings) -> None:
    settings.SITE_NAME = "The “Daily” <b>"
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    manifest = json.loads(response.content)
    assert manifest["name"] == "The “Daily” <b>"
    assert (manifest["start_url"], manifest["display"], manifest["scope"]) == ("/", "standalone", "/")
    assert [shortcut["url"] for shortcut in manifest["shortcuts"]] == ["/topics/", "/search/", "/saved/"]
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert png_size(icon["src"]) == icon["sizes"]


def png_size(url: str) -> str:
    path = finders.find(url.removeprefix("/static/"))
    assert isinstance(path, str)
    data = Path(path).read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    return "{}x{}".format(*struct.unpack(">II", data[16:24]))


def test_icons_are_small_and_of_the_size_that_systems_ask_for() -> None:
    assert png_size("/static/img/apple-touch-icon.png") == "180x180"
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < 10_000


def test_those_who_ask_for_the_old_icon_are_led_to_it(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/img/favicon.ico")
    assert finders.find("img/favicon.ico")


def test_the_worker_is_a_script_at_the_root_that_browsers_ask_for_anew(
    client: Client,
) -> None:
    response = client.get("/sw.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    script = response.content.decode()
    assert 'importScripts("/static/js/worker.js");' in script
    config = json.loads(script.split("self.config = ")[1].split(";\n")[0])
    assert config["shell"] == ["/offline/", "/saved/"]
    assert config["files"] == "/static/"


def test_the_worker_has_another_version_when_any_static_file_is_another(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = client.get("/sw.js").content
    assert client.get("/sw.js").content == one
    monkeypatch.setattr(staticfiles_storage, "manifest_hash", "other", raising=False)
    assert client.get("/sw.js").content != one


def test_the_policy_lets_our_own_worker_run_and_no_inline_script(client: Client) -> None:
    policy = client.get("/manifest.webmanifest")["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "script-src 'self';" in policy + ";"


@pytest.mark.django_db
def test_the_page_of_kept_pages_asks_the_database_only_for_the_frame(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_article([make_topic()])
    with django_assert_num_queries(1):  # the topics of the masthead
        response = client.get("/offline/")
    html = response.content.decode()
    assert '<meta name="robots" content="noindex">' in html
    assert "<noscript>" in html
    assert "Article 1" not in html


@pytest.mark.parametrize("url", ["/offline/", "/sw.js", "/manifest.webmanifest", "/favicon.ico"])
def test_nothing_can_be_posted_there(client: Client, url: str) -> None:
    assert client.post(url).status_code == 405
