"""A forgotten password is replaced by a link: from the mail, or from a command where the site sends none."""

import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from newsreader.accounts.passwords import NamesValidator
from tests.support.second_factors import PASSWORD, is_in, log_in, make_app, make_staff
from tests.support.tasks import run_waiting

pytestmark = pytest.mark.django_db
FORGOTTEN = "/admin/account/forgotten/"
NEW = "curious-heron-93"


@pytest.fixture
def ada() -> User:
    return make_staff(email="ada@a.example")


def choose(path: str, password: str = NEW) -> Any:
    client = Client()
    form: Any = client.get(path, follow=True)
    if not form.context["validlink"]:
        return form
    return client.post(form.redirect_chain[-1][0], {"new_password1": password, "new_password2": password})


def link_from(*arguments: str) -> str:
    out = StringIO()
    call_command("reset_link", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_a_link_of_the_command_works_once(ada: User) -> None:
    path = link_from("ada")
    assert choose(path)["Location"] == "/admin/login/"
    client, old = Client(), Client()
    log_in(client, password=NEW)
    log_in(old)
    assert (is_in(client), is_in(old)) == (True, False)
    assert "This link" not in choose(path).content.decode()
    assert "too old" in choose(path).content.decode()


def test_a_new_password_does_not_take_the_place_of_a_second_factor(ada: User) -> None:
    make_app(ada)
    assert choose(link_from("ada"))["Location"] == "/admin/login/"
    client = Client()
    log_in(client, password=NEW)
    assert not is_in(client)
    assert client.get("/admin/").status_code == 302


def test_a_weak_password_is_refused(ada: User) -> None:
    assert choose(link_from("ada"), "password1").context["form"].errors


@pytest.mark.any_database
@pytest.mark.parametrize("password", ["Morgenblatt-26", "desk.paper.example", "heron-ada-l-9", "der_MorgenBLATT!"])
def test_names_that_anyone_knows_do_not_make_a_password_longer(settings: Settings, password: str) -> None:
    settings.SITE_NAME, settings.SITE_URL = "Der Morgenblatt", "https://desk.paper.example"
    user = User(username="heron-ada-l")
    with pytest.raises(ValidationError, match="names of the site"):
        NamesValidator().validate(password, user)
    NamesValidator().validate("morgenblatt with seven herons", user)
    NamesValidator().validate(NEW, None)


@pytest.mark.any_database
def test_a_password_of_the_sites_name_is_refused_by_the_form(ada: User, settings: Settings) -> None:
    settings.SITE_NAME = "Kupfermond"
    assert choose(link_from("ada"), "kupfermond-1").context["form"].errors
    assert choose(link_from("ada"))["Location"] == "/admin/login/"


def test_the_command_gives_whole_addresses_and_takes_lost_factors_away(ada: User, settings: Settings) -> None:
    settings.SITE_URL = "https://news.example"
    make_app(ada)
    assert link_from("ada").startswith("https://news.example/admin/account/new-password/")
    assert Authenticator.objects.count() == 2
    link_from("ada", "--second-factor")
    assert not Authenticator.objects.exists()
    with pytest.raises(CommandError, match="no active account"):
        link_from("nobody")


def test_a_new_password_ends_all_sessions(ada: User) -> None:
    client = Client()
    log_in(client)
    choose(link_from("ada"))
    assert client.get("/admin/").status_code == 302


def test_mail_goes_to_who_has_an_account_and_the_answer_is_the_same_for_all(ada: User, settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://mail.example"
    make_staff("bob")
    User.objects.create_user("reader", email="reader@a.example")
    answers = {
        re.sub(r'value="\w{64}"', "", Client().post(FORGOTTEN, {"name": name}).content.decode())
        for name in ("ada", "ADA@a.example", "bob", "reader", "nobody")
    }
    assert len(answers) == 1
    run_waiting()
    assert [message.to for message in mail.outbox] == [["ada@a.example"]] * 2
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert link
    assert choose(link[1])["Location"] == "/admin/login/"


def test_a_site_without_mail_says_who_can_help(ada: User) -> None:
    assert "sends no mail" in Client().get(FORGOTTEN).content.decode()
    Client().post(FORGOTTEN, {"name": "ada"})
    run_waiting()
    assert mail.outbox == []


def test_common_passwords_are_refused_wherever_one_is_chosen(ada: User) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password=PASSWORD))
    for path, data in (
        (
            "/admin/password_change/",
            {"old_password": PASSWORD, "new_password1": "iloveyou1", "new_password2": "iloveyou1"},
        ),
        (f"/admin/auth/user/{ada.pk}/password/", {"password1": "iloveyou1", "password2": "iloveyou1"}),
        ("/admin/auth/user/add/", {"username": "x", "password1": "iloveyou1", "password2": "iloveyou1"}),
    ):
        assert "too common" in client.post(path, data).content.decode(), path
    with pytest.raises(CommandError, match="too common"):
        call_command("create_editor", "grace", "--password", "iloveyou1")
