"""What every site with accounts has to get right: sessions of their own, whole passwords, slow hashes, no echo."""

import datetime as dt

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from newsreader import settings as own
from tests.support.desk_pages import make_things, pages
from tests.support.second_factors import is_in, log_in, make_staff

pytestmark = pytest.mark.django_db
LONG = "  Zwölf große Boxkämpfer jagen Viktor quer über den Sylter Deich — 1:0 für alle, " + "x" * 40


@pytest.fixture
def ada() -> User:
    return make_staff(is_superuser=True)


def reaches_the_desk(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_a_login_has_a_new_session_that_ends_with_the_logout(ada: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    log_in(client)
    assert is_in(client)
    key = client.session.session_key
    assert key != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()
    stolen = Client()
    stolen.cookies["sessionid"] = key or ""
    assert reaches_the_desk(stolen)
    client.post("/admin/logout/")
    assert not Session.objects.filter(pk=key).exists()
    stolen.cookies["sessionid"] = key or ""
    assert not reaches_the_desk(stolen)


def test_a_session_has_a_key_that_nobody_guesses_and_an_end(ada: User) -> None:
    client = Client()
    log_in(client)
    key = client.session.session_key or ""
    assert (len(key), len(VALID_KEY_CHARS)) == (32, 36)
    ends = Session.objects.get(pk=key).expire_date
    assert abs(ends - timezone.now() - dt.timedelta(days=14)) < dt.timedelta(minutes=5)
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert not reaches_the_desk(client)


def test_every_page_of_the_desk_has_the_button_to_log_out(client: Client, ada: User) -> None:
    client.force_login(ada)
    shown = {path: client.get(path).content.decode() for path in pages(*make_things()).values()}
    # Frames within a form and parts of a page have no head of their own.
    whole = {path for path, page in shown.items() if "<body" in page and not path.endswith("/looks/")}
    assert len(whole) > 20
    assert {path for path in whole if 'id="logout-form"' not in shown[path]} == set()


def test_who_is_disabled_or_deleted_is_out_at_once(ada: User) -> None:
    eve = make_staff("eve")
    clients = [Client(), Client()]
    log_in(clients[0])
    log_in(clients[1], "eve")
    assert [reaches_the_desk(client) for client in clients] == [True, True]
    User.objects.filter(pk=ada.pk).update(is_active=False)
    eve.delete()
    assert [reaches_the_desk(client) for client in clients] == [False, False]


@pytest.mark.parametrize("other", [LONG[:-1], LONG.strip(), LONG.lower(), LONG.replace("ö", "o")])
def test_a_long_password_counts_as_it_was_typed(other: str, ada: User) -> None:
    ada.set_password(LONG)
    ada.save()
    right, wrong = Client(), Client()
    log_in(right, password=LONG)
    log_in(wrong, password=other)
    assert (is_in(right), is_in(wrong)) == (True, False)


def test_passwords_are_stored_with_a_slow_hash() -> None:
    assert not hasattr(own, "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.algorithm == "pbkdf2_sha256"
    assert PBKDF2PasswordHasher.iterations >= 600_000


def test_a_password_is_hidden_and_may_be_filled_in_by_a_manager(client: Client) -> None:
    page = client.get("/admin/login/").content.decode()
    (field,) = [part for part in page.split("<input")[1:] if 'name="password"' in part.split(">")[0]]
    assert 'type="password"' in field.split(">")[0]
    assert 'autocomplete="current-password"' in field.split(">")[0]
    assert "onpaste" not in page


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/api/v1/articles", "/static/none.css", "/livez"])
def test_no_request_is_sent_back(path: str, client: Client) -> None:
    response = client.generic("TRACE", path, headers={"Secret": "do not echo"})
    body = b"".join(response) if response.streaming else response.content
    assert b"do not echo" not in body
    assert "message/http" not in response.headers.get("Content-Type", "")
