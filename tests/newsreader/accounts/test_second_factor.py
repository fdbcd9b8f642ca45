"""A second factor is asked for at the login, and without one, where it is required, nothing else is reached."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import DjangoAssertNumQueries, Settings

from newsreader.accounts.middleware import set_up_pages
from tests.support.addresses import addresses
from tests.support.second_factors import code_of, is_in, log_in, make_app, make_staff, recovery_codes_of

pytestmark = pytest.mark.django_db
ACCOUNT = "/admin/account/"


@pytest.fixture
def ada() -> User:
    return make_staff()


def test_a_password_alone_lets_in_who_has_no_second_factor(client: Client, ada: User) -> None:
    response: Any = log_in(client)
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_with_an_app_its_code_is_asked_for_and_nothing_is_open_before(client: Client, ada: User) -> None:
    secret = make_app(ada)
    response: Any = log_in(client, next="/admin/articles/topic/")
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    page = client.get(response["Location"])
    assert "no-store" in page["Cache-Control"]
    wrong: Any = client.post(response["Location"], {"code": "000000"})
    assert (wrong.status_code, is_in(client)) == (200, False)
    assert "That did not fit" in wrong.content.decode()
    done: Any = client.post(response["Location"], {"code": code_of(secret)})
    assert (done["Location"], is_in(client)) == ("/admin/articles/topic/", True)


def test_a_code_and_a_recovery_code_work_once(ada: User) -> None:
    secret = make_app(ada)
    for code in (code_of(secret), recovery_codes_of(ada)[0]):
        entered = []
        for _ in range(2):
            client = Client()
            log_in(client)
            client.post(reverse("mfa_authenticate"), {"code": code})
            entered.append(is_in(client))
        assert entered == [True, False]
    assert len(recovery_codes_of(ada)) == 9


def test_secrets_in_the_database_are_of_no_use_without_the_key(client: Client, ada: User, settings: Settings) -> None:
    secret = make_app(ada)
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another one"
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert not is_in(client)
    settings.SECRET_KEY_FALLBACKS = [old]
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret, 1)})
    assert is_in(client)


def test_an_app_is_set_up_and_removed_by_its_code_and_recovery_codes_come_along(client: Client, ada: User) -> None:
    log_in(client)
    page: Any = client.get(f"{ACCOUNT}app/")
    secret = page.context["form"].secret
    assert client.post(f"{ACCOUNT}app/", {"code": "1"}).status_code == 200
    done: Any = client.post(f"{ACCOUNT}app/", {"code": code_of(secret)})
    assert done["Location"] == f"{ACCOUNT}codes/"
    codes = client.get(done["Location"]).content.decode()
    assert all(code in codes for code in recovery_codes_of(ada))
    file = client.get(f"{ACCOUNT}codes/file/")
    assert file.content.decode().split() == recovery_codes_of(ada)
    before = recovery_codes_of(ada)
    client.post(f"{ACCOUNT}codes/new/")
    assert not set(before) & set(recovery_codes_of(ada))
    client.post(f"{ACCOUNT}app/remove/")
    assert not Authenticator.objects.exists()


def test_a_second_factor_ends_what_was_begun_elsewhere_without_it(
    ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    here, elsewhere, stranger = Client(), Client(), Client()
    make_staff("bob")
    log_in(here)
    log_in(elsewhere)
    log_in(stranger, "bob")
    page: Any = here.get(f"{ACCOUNT}app/")
    with django_capture_on_commit_callbacks(execute=True):
        here.post(f"{ACCOUNT}app/", {"code": code_of(page.context["form"].secret)})
    assert [each.get("/admin/").status_code for each in (here, elsewhere, stranger)] == [200, 302, 200]


def test_who_needs_a_second_factor_reaches_its_set_up_and_nothing_else_by_any_method(
    client: Client, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = "required"
    make_staff(is_superuser=True)
    assert log_in(client)["Location"] == "/admin/"
    pages = {each.filled({}) for each in addresses() if each.text.startswith("admin/")}
    assert len(pages) > 60
    for page in sorted(pages - set_up_pages()):
        assert client.get(page)["Location"] == ACCOUNT, page
        assert client.post(page).status_code == 403, page
    for method in ("put", "patch", "delete", "options", "trace"):
        assert getattr(client, method)("/admin/auth/user/add/").status_code == 403, method
    assert "asks its staff for a second factor" in client.get(ACCOUNT).content.decode()


def test_the_desk_opens_once_it_is_set_up_and_the_last_one_stays(client: Client, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = "required"
    ada = make_staff()
    log_in(client)
    page: Any = client.get(f"{ACCOUNT}app/")
    client.post(f"{ACCOUNT}app/", {"code": code_of(page.context["form"].secret)})
    assert client.get("/admin/").status_code == 200
    refused = client.post(f"{ACCOUNT}app/remove/")
    assert "add another one first" in refused.content.decode()
    key = Authenticator.objects.create(user=ada, type="webauthn", data={"name": "key", "credential": {}})
    client.post(f"{ACCOUNT}app/remove/")
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"webauthn", "recovery_codes"}
    client.post(f"{ACCOUNT}passkeys/{key.pk}/remove/")
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_the_admin_site_itself_refuses_too(rf: Any, settings: Settings) -> None:
    from django.contrib import admin

    request = rf.get("/elsewhere/")
    request.user = make_staff()
    assert admin.site.has_permission(request)
    settings.STAFF_SECOND_FACTOR = "required"
    request = rf.get("/elsewhere/")
    request.user = User.objects.get()
    assert not admin.site.has_permission(request)


def test_others_keys_are_out_of_reach(client: Client, ada: User) -> None:
    other = Authenticator.objects.create(
        user=make_staff("bob"), type="webauthn", data={"name": "key", "credential": {}}
    )
    log_in(client)
    for what in ("remove", "name"):
        assert client.post(f"{ACCOUNT}passkeys/{other.pk}/{what}/", {"name": "x"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "key"


def test_there_is_no_way_to_make_an_account_of_ones_own() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert not {each for each in names if "signup" in each or "email" in each}


def test_what_the_pages_of_an_account_cost(
    client: Client, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        Client().get("/admin/login/")
    log_in(client)
    make_app(ada)
    client.get(ACCOUNT)
    # Session, user, permissions of the user and of groups, the factors, whether there are any, where else, and what is over.
    with django_assert_num_queries(8):
        client.get(ACCOUNT)


def test_recovery_codes_are_ten_of_eight_digits_and_nobody_elses(ada: User) -> None:
    bob = make_staff("bob")
    for user in (ada, bob):
        make_app(user)
    codes = recovery_codes_of(ada) + recovery_codes_of(bob)
    assert len(set(codes)) == 20
    assert all(len(code) == 8 and code.isdecimal() for code in codes)
