"""Every address of the desk and of accounts, by every method, for every role: allowed as rights.txt says, and never an error.

A new address fails here until it has a line in that table, and one whose parameters lead to no known row fails until
tests/support/one_of_each.py makes it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.template.response import SimpleTemplateResponse
from django.test import Client

from tests.conftest import taken_back
from tests.support.accounts import client_of
from tests.support.addresses import addresses
from tests.support.one_of_each import make_one_of_each, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
TABLE = Path(__file__).with_name("rights.txt")
ROLES = ["nobody", "no role", "Viewers", "Contributors", "Editors", "administrator"]
# Those between the others decide by permissions, whatever the method is: once with GET, and with POST.
EVERY = ("HEAD", "PUT", "DELETE")
OTHER_METHODS = dict.fromkeys(ROLES, EVERY) | dict.fromkeys(["no role", "Viewers", "Editors"], ())
REFUSED = {403, 404, 405, 410}
# What Django and the list of sessions keep about a login, whatever is asked for; and by what the page of the site's health
# finds out whether the database can be written, which is taken back.
OWN_TABLES = ("django_session", "accounts_desksession", '"articles_worker" ("name", "started", "seen", "stopped")')
DESK = {each.text: each for each in addresses() if each.text.startswith("admin/")}


def written_table() -> dict[str, list[str]]:
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("admin/")]
    assert len({line[0] for line in lines}) == len(lines)
    return {line[0]: line[1:] for line in lines}


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read each account with its permissions once, and write no traceback of what is refused to the log."""
    users: dict[Any, Any] = {}
    plain = ModelBackend.get_user

    def known(self: ModelBackend, pk: Any) -> Any:
        if str(pk) not in users:
            users[str(pk)] = plain(self, pk)
        return users[str(pk)]

    monkeypatch.setattr(ModelBackend, "get_user", known)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def client_with(role: str, administrator: User) -> Client:
    if role in ("Viewers", "Contributors", "Editors"):
        return client_of(role)
    client = Client()
    if role == "administrator":
        client.force_login(administrator)
    if role == "no role":
        client.force_login(User.objects.create_user("plain", is_staff=True))
    return client


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect what is written to the database meanwhile, but for what is kept about a login."""
    found: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE") and not any(name in sql for name in OWN_TABLES):
            found.append(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found


def ask(client: Client, method: str, path: str, query: str) -> tuple[bool | str, list[str]]:
    """Return whether a request is allowed, or where it is passed on to, and what it wrote."""
    cookies = client.cookies.copy()
    try:
        with writes() as written:
            response: Any = client.generic(
                method, f"{path}?{query}", query, content_type="application/x-www-form-urlencoded"
            )
    finally:
        client.cookies = cookies
    if response.status_code in REFUSED:
        return False, written
    assert response.status_code in (200, 301, 302), (method, path, response.status_code)
    location = str(response.get("Location", "")).partition("?")[0]
    if location == "/admin/login/" and path not in ("/admin/logout/", "/admin/account/passkeys/login/"):
        return False, written
    return location or True, written


def found_for(client: Client, role: str, path: str, query: str) -> str:
    """Return how an address answers as rights.txt writes it, or what no address may do."""
    # Every page is rendered for an administrator by the tests of hostile values.
    with patch.object(SimpleTemplateResponse, "rendered_content", "") if role == "administrator" else nullcontext():
        shown, written = ask(client, "GET", path, query)
    with patch.object(SimpleTemplateResponse, "rendered_content", ""):
        others = {method: ask(client, method, path, query) for method in OTHER_METHODS[role]}
        with taken_back():
            sent, stored = ask(client, "POST", path, query)
    for method, (answer, more) in others.items():
        if answer != shown if method == "HEAD" else answer and not shown:
            return f"{method} is not as GET"
        written += more
    if written or (stored and not sent):
        return f"writes: {written or stored}"
    if shown and isinstance(shown, str):
        return ">" if sent == shown else ">w" if sent else ">-"
    return f"{'r' if shown else '-'}{'w' if sent else '-'}"


@pytest.mark.parametrize("role", ROLES)
def test_an_address_answers_each_role_as_the_table_says(role: str) -> None:
    administrator = User.objects.create_superuser("root")
    rows = make_one_of_each(administrator)
    client, place = client_with(role, administrator), ROLES.index(role)
    found = {}
    for text, address in DESK.items():
        cache.clear()
        found[text] = found_for(client, role, *path_of(address, rows))
    said = {text: cells[place] for text, cells in written_table().items()}
    different = {text: cell for text, cell in found.items() if said.get(text) != cell}
    assert different == {}, "the table does not say so: mend the page or, if it is meant, the table"
    assert sorted(said.keys() - found.keys()) == []


def test_every_line_of_the_table_has_all_roles() -> None:
    assert {len(cells) for cells in written_table().values()} == {len(ROLES)}
