"""Passwords cannot be guessed in numbers, nobody is locked out by strangers, and no answer tells who has an account."""

import re
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from newsreader.accounts import attempts
from tests.support.second_factors import PASSWORD, is_in, make_staff

pytestmark = pytest.mark.django_db
HERE, THERE = "192.0.2.7", "198.51.100.4"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock that only tests move, with an empty cache and the limits of a site."""
    settings.LOGIN_RATE_LIMIT = 5
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    cache.clear()
    yield clock
    cache.clear()


@pytest.fixture
def ada(clock: Clock) -> User:
    return make_staff()


def attempt(client: Client, name: str = "ada", password: str = "wrong", address: str = HERE) -> Any:
    return client.post("/admin/login/", {"login": name, "password": password}, REMOTE_ADDR=address)


def guesses_until_pause(client: Client, name: str = "ada", address: str = HERE) -> tuple[int, int]:
    """Return how many passwords were tried before a pause, and its seconds."""
    for number in range(20):
        response = attempt(client, name, address=address)
        if response.status_code == 429:
            return number, int(response["Retry-After"])
    return 20, 0


def test_five_a_minute_then_pauses_that_double_up_to_an_hour(ada: User, clock: Clock) -> None:
    pauses = []
    for _ in range(8):
        tried, pause = guesses_until_pause(Client())
        assert tried == 5
        pauses.append(pause)
        clock.now += pause + 60
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_during_a_pause_the_right_password_is_not_looked_at(ada: User, clock: Clock) -> None:
    guesses_until_pause(Client())
    client = Client()
    response = attempt(client, password=PASSWORD)
    assert (response.status_code, is_in(client)) == (429, False)
    assert "Try again in 1 minute" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_an_account_is_guarded_from_many_addresses_and_an_address_from_many_accounts(ada: User, clock: Clock) -> None:
    answers = [attempt(Client(), address=f"192.0.2.{number}").status_code for number in range(6)]
    assert answers == [200] * 5 + [429]
    cache.clear()
    answers = [attempt(Client(), name=f"user{number}").status_code for number in range(6)]
    assert answers == [200] * 5 + [429]
    assert attempt(Client(), name="user7", address=THERE).status_code == 200


def test_a_browser_where_the_account_has_logged_in_keeps_a_way_in(ada: User, clock: Clock) -> None:
    known = Client()
    attempt(known, password=PASSWORD)
    known.post("/admin/logout/")
    guesses_until_pause(Client(), address=THERE)
    guesses_until_pause(Client(), name="bob", address=HERE)
    assert attempt(Client(), password=PASSWORD).status_code == 429
    attempt(known, password=PASSWORD)
    assert is_in(known)


def test_a_known_browser_is_limited_too_and_knows_its_own_accounts_only(ada: User, clock: Clock) -> None:
    make_staff("bob")
    known = Client()
    attempt(known, password=PASSWORD)
    known.post("/admin/logout/")
    assert guesses_until_pause(known) == (5, 60)
    guesses_until_pause(Client(), name="bob", address=THERE)
    assert attempt(known, name="bob", password=PASSWORD).status_code == 429


def test_a_cookie_that_nobody_signed_is_no_known_browser(ada: User, clock: Clock, settings: Settings) -> None:
    guesses_until_pause(Client())
    client = Client()
    client.cookies[settings.KNOWN_BROWSER_COOKIE] = f'["x", ["{attempts.account_of("ada")}"]]'
    assert attempt(client, password=PASSWORD).status_code == 429


def test_those_who_know_their_password_are_not_counted(ada: User, clock: Clock) -> None:
    for _ in range(12):
        assert attempt(Client(), password=PASSWORD).status_code == 302


def test_many_at_the_same_time_are_no_more_than_one_after_the_other(ada: User, clock: Clock, rf: Any) -> None:
    request = rf.post("/", REMOTE_ADDR=HERE)
    waits = [attempts.seconds_to_wait(request, "ada") for _ in range(40)]
    assert (waits.count(0), set(waits)) == (5, {0, 60})
    clock.now += 130
    for _ in range(6):
        wait = attempts.seconds_to_wait(request, "ada")
    assert wait == 120  # all that came at once made one pause longer, not each of them


def test_a_limit_of_none_counts_nothing(ada: User, clock: Clock, settings: Settings) -> None:
    settings.LOGIN_RATE_LIMIT = 0
    assert guesses_until_pause(Client()) == (20, 0)


def test_no_answer_tells_who_has_an_account(ada: User, clock: Clock, settings: Settings) -> None:
    settings.LOGIN_RATE_LIMIT = 0
    User.objects.create_user("reader", password=PASSWORD)
    make_staff("former", is_active=False)
    tries = [("ada", "wrong"), ("nobody", "wrong"), ("reader", "wrong"), ("reader", PASSWORD), ("former", PASSWORD)]
    answers, hashed = set(), []
    for name, password in tries:
        with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as encode:
            page = attempt(Client(), name, password).content.decode()
        answers.add(re.sub(r'value="\w*"', "", page))
        hashed.append(encode.call_count)
    assert len(answers) == 1
    assert set(hashed) == {1}  # what takes long is done once for each


def test_questions_for_new_passwords_are_limited(clock: Clock, settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://mail.example"
    answers = [Client().post("/admin/account/forgotten/", {"name": f"n{n}"}).status_code for n in range(6)]
    assert answers == [200] * 5 + [429]
