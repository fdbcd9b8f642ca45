"""Accounts are made by who is invited, with the role that an administrator chose, as long as the link is valid."""

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from articles.editorial.roles import CONTRIBUTORS, EDITORS
from newsreader.accounts.models import Invitation
from tests.support.accounts import client_of
from tests.support.second_factors import PASSWORD, is_in
from tests.support.tasks import run_waiting

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/invitation/"
DAY = dt.timedelta(days=1)


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def invite(**fields: Any) -> Invitation:
    values = {"name": "grace", "role": Group.objects.get(name=CONTRIBUTORS)} | fields
    return Invitation.objects.create(**values)


def accept(invitation: Invitation, password: str = PASSWORD, client: Client | None = None) -> Any:
    data = {"new_password1": password, "new_password2": password}
    return (client or Client()).post(invitation.get_absolute_url(), data)


def test_an_administrator_chooses_the_role_and_hands_over_the_link(administrator: Client) -> None:
    role, ends = Group.objects.get(name=CONTRIBUTORS), timezone.now() + DAY
    data = {"name": "grace", "role": role.pk, "ends_at_0": f"{ends:%Y-%m-%d}", "ends_at_1": "12:00"}
    page: Any = administrator.post(f"{LIST}add/", data, follow=True)
    link = re.search(r"http://testserver(/admin/account/invited/[^\s<&]+)", page.content.decode())
    assert link
    client = Client()
    assert "grace" in client.get(link[1]).content.decode()
    response: Any = client.post(link[1], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert (response["Location"], is_in(client)) == ("/admin/", True)
    user = User.objects.get(username="grace")
    assert (user.is_staff, user.is_superuser, [each.name for each in user.groups.all()]) == (
        True,
        False,
        [CONTRIBUTORS],
    )
    assert user.check_password(PASSWORD)
    assert Invitation.objects.get().invited_by == User.objects.get(username="root")


def test_a_link_works_once_and_not_when_it_is_forged_revoked_or_old(administrator: Client) -> None:
    used, revoked, old = invite(), invite(name="b"), invite(name="c", ends_at=timezone.now() - DAY)
    accept(used)
    administrator.post(LIST, {"action": "revoke", "_selected_action": [used.pk, revoked.pk]})
    for invitation in (used, revoked, old):
        assert accept(invitation).status_code == 410
        assert Client().get(invitation.get_absolute_url()).status_code == 410
    assert Client().get(used.get_absolute_url()[:-4] + "xyz/").status_code == 410
    assert [each.state for each in Invitation.objects.order_by("pk")] == ["used", "revoked", "expired"]
    assert set(User.objects.values_list("username", flat=True)) == {"root", "grace"}


def test_passwords_of_accounts_to_be_are_checked_like_others(administrator: Client) -> None:
    invitation = invite()
    for weak in ("password", "grace", "12345678901", "kort"):
        page = accept(invitation, weak)
        assert page.status_code == 200, weak
        assert page.context["form"].errors
    assert not User.objects.filter(username="grace").exists()


def test_a_name_that_is_given_away_is_said_and_the_link_stays(administrator: Client) -> None:
    invitation = invite()
    User.objects.create_user("grace")
    assert "Somebody has this name" in accept(invitation).content.decode()
    assert Invitation.objects.get().state == "open"
    data = {"name": "Grace", "role": invitation.role_id, "ends_at_0": "2090-01-01", "ends_at_1": "12:00"}
    assert "There is an account with this name" in administrator.post(f"{LIST}add/", data).content.decode()


def test_links_are_kept_from_caches_and_other_pages() -> None:
    for response in (Client().get(invite().get_absolute_url()), Client().get("/admin/account/new-password/x/y/")):
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]


def test_only_who_may_make_accounts_invites(administrator: Client) -> None:
    editor = client_of(EDITORS)
    pk = invite().pk
    for path in (LIST, f"{LIST}add/", f"{LIST}{pk}/change/"):
        assert (editor.get(path).status_code, administrator.get(path).status_code) == (403, 200), path
    assert editor.post(LIST, {"action": "revoke", "_selected_action": [pk]}).status_code == 403
    assert administrator.post(f"{LIST}{pk}/delete/", {"post": "yes"}).status_code == 403
    assert Invitation.objects.get().state == "open"


def test_with_mail_the_link_goes_to_the_address(administrator: Client, settings: Settings) -> None:
    settings.EMAIL_URL, settings.SITE_URL = "smtp://mail.example", "https://news.example"
    role = Group.objects.get(name=EDITORS).pk
    data = {"name": "grace", "email": "g@a.example", "role": role, "ends_at_0": "2090-01-01", "ends_at_1": "12:00"}
    administrator.post(f"{LIST}add/", data)
    run_waiting()
    [message] = mail.outbox
    assert message.to == ["g@a.example"]
    assert f"https://news.example{Invitation.objects.get().get_absolute_url()}" in message.body


def test_the_list_costs_the_same_for_many(
    administrator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        invite(name=f"n{number}")
    with django_assert_max_num_queries(6):
        assert administrator.get(LIST).status_code == 200
