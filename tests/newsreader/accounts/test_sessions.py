"""Sessions are listed, end one by one, with a new password and by themselves, and prove anew who they are."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from newsreader.accounts import recent, sessions
from newsreader.accounts.devices import device_of
from newsreader.accounts.models import DeskSession
from tests.support.second_factors import PASSWORD, is_in, log_in, make_staff

pytestmark = pytest.mark.django_db
ACCOUNT, END = "/admin/account/", "/admin/account/sessions/end/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/19 Safari/604"
)
CHROME = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537 (KHTML, like Gecko) Chrome/150.0 Safari/537"


@pytest.fixture
def ada() -> User:
    return make_staff(is_superuser=True)


@pytest.fixture(autouse=True)
def _nobody_seen() -> None:
    sessions._seen.clear()


def begun(agent: str = FIREFOX, name: str = "ada") -> Client:
    client = Client(headers={"user-agent": agent})
    log_in(client, name)
    assert is_in(client)
    return client


def age(minutes: int) -> None:
    """Make all sessions have been seen, and their owners proven, that much earlier."""
    DeskSession.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=minutes))
    sessions._seen.clear()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"), (SAFARI, "Safari on iPhone"), (CHROME, "Chrome on macOS"),
        (CHROME + " Edg/150", "Edge on macOS"), ("curl/8", "an unknown device"), ("", "an unknown device"),
    ],
)  # fmt: skip
def test_a_device_is_named_in_words(agent: str, words: str) -> None:
    assert device_of(agent) == words


def test_an_account_sees_where_it_is_logged_in_and_ends_one_or_all_others(ada: User) -> None:
    make_staff("bob")
    here, phone, stranger = begun(), begun(SAFARI), begun(CHROME, "bob")
    page = here.get(ACCOUNT).content.decode()
    assert "Firefox on Windows" in page
    assert "Safari on iPhone" in page
    assert "macOS" not in page
    _, others = DeskSession.objects.filter(user=ada).order_by("pk")
    here.post(END, {"session": DeskSession.objects.get(user__username="bob").pk})
    here.post(END, {"session": "9" * 30})
    here.post(END, {"session": others.pk})
    assert [each.get("/admin/").status_code for each in (here, phone, stranger)] == [200, 302, 200]
    again, more = begun(SAFARI), begun(CHROME)
    here.post(END, {"session": "others"})
    assert [each.get("/admin/").status_code for each in (here, again, more, stranger)] == [200, 302, 302, 200]


def test_a_new_password_ends_what_was_begun_elsewhere_and_it_is_not_listed(ada: User) -> None:
    here, elsewhere = begun(), begun(SAFARI)
    data = {"old_password": PASSWORD, "new_password1": "calm-walrus-11", "new_password2": "calm-walrus-11"}
    assert here.post("/admin/password_change/", data).status_code == 302
    page = here.get(ACCOUNT).content.decode()
    assert "iPhone" not in page
    assert "this session" in page
    assert elsewhere.get("/admin/").status_code == 302


def test_who_is_away_for_long_is_logged_out_and_comes_back_to_the_page(ada: User, settings: Settings) -> None:
    settings.STAFF_IDLE_MINUTES = 30
    client = begun()
    age(29)
    assert client.get("/admin/articles/topic/").status_code == 200
    age(31)
    response: Any = client.get("/admin/articles/topic/?q=a")
    assert response["Location"] == "/admin/login/?next=/admin/articles/topic/%3Fq%3Da"
    assert not is_in(client)
    assert "logged out" in client.get(response["Location"]).content.decode()


def test_with_a_limit_of_none_nobody_is_away_too_long(ada: User, settings: Settings) -> None:
    settings.STAFF_IDLE_MINUTES = 0
    client = begun()
    age(100_000)
    assert client.get("/admin/").status_code == 200


def test_who_works_is_seen_once_a_minute_at_no_more_cost(
    ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = begun()
    with django_assert_num_queries(2):  # session, user
        client.get("/admin/jsi18n/")
    age(5)
    client.get("/admin/jsi18n/")
    assert timezone.now() - DeskSession.objects.get().seen_at < dt.timedelta(minutes=1)


def test_a_database_that_cannot_write_keeps_nobody_out(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = begun()
    sessions._seen.clear()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(DeskSession.objects, "update_or_create", fail)
    assert client.get("/admin/").status_code == 200


GUARDED = ["auth/user/", "auth/user/add/", "auth/group/", "accounts/invitation/", "accounts/invitation/add/"]


@pytest.mark.parametrize("path", GUARDED)
def test_accounts_and_roles_ask_again_who_it_is(path: str, ada: User, settings: Settings) -> None:
    client = begun()
    url = f"/admin/{path}"
    assert client.get(url).status_code == 200
    forget_proof(client)
    asked: Any = client.get(url)
    assert asked["Location"] == f"/admin/account/again/?next=%2Fadmin%2F{path.replace('/', '%2F')}"
    assert client.post(url, {}).status_code == 302
    assert client.get("/admin/articles/topic/").status_code == 200
    client.post(asked["Location"], {"password": "wrong"})
    assert client.get(url).status_code == 302
    back: Any = client.post(asked["Location"], {"password": PASSWORD, "next": url})
    assert (back["Location"], client.get(url).status_code) == (url, 200)


def forget_proof(client: Client) -> None:
    session = client.session
    session[recent.PROVEN] -= 3600
    session.save()


def test_what_was_opened_in_time_may_be_saved_a_little_later(ada: User, settings: Settings) -> None:
    client = begun()
    session = client.session
    session[recent.PROVEN] -= (settings.REAUTHENTICATE_MINUTES + 5) * 60
    session.save()
    assert client.get("/admin/auth/group/add/").status_code == 302
    assert client.post("/admin/auth/group/add/", {"name": "Guests"})["Location"] == "/admin/auth/group/"


def test_a_logout_takes_pages_out_of_the_browser_but_not_what_readers_chose(ada: User) -> None:
    client = begun()
    response = client.post("/admin/logout/")
    assert response["Clear-Site-Data"] == '"cache"'
    assert not is_in(client)
    assert DeskSession.objects.count() <= 1
