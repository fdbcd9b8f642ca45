"""Requests that are refused get a page that says why, and what to do."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from tests.support.accounts import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def page(response: Any) -> str:
    text: str = response.content.decode()
    assert text.startswith("<!doctype html>")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    return text


def test_what_is_more_than_the_site_takes(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    response = client.get("/search/?a=1&b=2&c=3&d=4")
    assert response.status_code == 400
    assert "send less at a time" in page(response)


def test_an_address_that_is_not_the_sites(client: Client) -> None:
    response = client.get("/search/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "This site is not known by this address" in page(response)
    assert "evil.example" not in page(response)


def test_a_page_of_the_desk_without_the_right_to_it() -> None:
    viewer = client_of("Viewers")
    response = viewer.get("/admin/articles/article/add/")
    assert response.status_code == 403
    assert "an administrator can give your account the right" in page(response)
    with translation.override("de"):
        assert "Administrator" in page(viewer.get("/admin/articles/article/add/"))


def test_a_form_that_another_site_sent() -> None:
    User.objects.create_user("ada", password="right")
    client = Client(enforce_csrf_checks=True)
    for url, headers in (("/admin/login/", {}), ("/settings/change/", {"origin": "https://evil.example"})):
        response = client.post(url, {"login": "ada", "password": "right"}, headers=headers)
        assert response.status_code == 403
        assert "This form did not come from this site" in page(response)
