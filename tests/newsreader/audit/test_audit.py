"""The audit log has what happened, and nobody can change it: not on the desk, not by the ORM, not by SQL."""

import datetime as dt
import json
import time
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import Error, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from articles.jobs.worker import WorkerProcess
from articles.models import ImportRun
from newsreader import environment
from newsreader.audit.log import delete_old_entries, record
from newsreader.audit.models import AuditEntry, Kind, Sweep
from newsreader.audit.seen_settings import digests, record_settings
from newsreader.audit.tasks import delete_old_entries as task
from tests.support.accounts import client_of
from tests.support.factories import make_topic

pytestmark = pytest.mark.django_db
LIST = "/admin/audit/auditentry/"


@pytest.fixture(autouse=True)
def _kept(settings: Settings) -> None:
    settings.AUDIT_DAYS = 365


def entries(*names: str) -> list[tuple[Any, ...]]:
    return list(AuditEntry.objects.order_by("pk").values_list(*(names or ("kind", "account", "what"))))


def refused(act: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            act()
    except Error as error:
        return "cannot be changed" in str(error)
    return False


def sql(statement: str) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def test_neither_sql_nor_the_orm_changes_or_deletes_an_entry() -> None:
    record(Kind.LOGIN, "logged in", "ada")
    entry = AuditEntry.objects.get()
    entry.what = "nothing"
    for act in (
        sql("UPDATE audit_auditentry SET what = 'nothing'"),
        sql("DELETE FROM audit_auditentry"),
        sql("UPDATE audit_auditentry SET time = '2001-01-01'"),
        entry.save,
        AuditEntry.objects.get().delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(account="bob"),
    ):
        assert refused(act)
    assert entries() == [("login", "ada", "logged in")]


def test_entries_are_deleted_when_their_time_has_come_and_no_others() -> None:
    AuditEntry.objects.create(kind=Kind.LOGIN, what="old", time=timezone.now() - dt.timedelta(days=366))
    AuditEntry.objects.create(kind=Kind.LOGIN, what="new", time=timezone.now() - dt.timedelta(days=364))
    assert delete_old_entries() == 1
    assert (entries("what"), Sweep.objects.count()) == ([("new",)], 0)
    task.call()
    assert entries("what") == [("new",)]


def test_logins_failures_and_logouts_are_there_with_their_address() -> None:
    User.objects.create_user("ada", password="right", is_staff=True)
    client = Client()
    for password in ("wrong", "right"):
        client.post("/admin/login/", {"login": "ada", "password": password})
    client.post("/admin/logout/")
    found = entries("kind", "account", "address")
    assert found[1:] == [(kind, "ada", "127.0.0.1") for kind in ("failed", "login", "logout")]
    assert "right" not in str(list(AuditEntry.objects.values()))
    assert all(AuditEntry.objects.exclude(kind="account").values_list("request_id", flat=True))


def test_a_name_that_somebody_typed_is_one_line() -> None:
    record(Kind.FAILED, "failed to log in", "a\nb\x00" + "x" * 300)
    [(account,)] = entries("account")
    assert (account.isprintable(), len(account)) == (True, 150)


def test_changes_of_accounts_and_roles_name_who_made_them() -> None:
    client = Client()
    root = User.objects.create_superuser("root")
    client.force_login(root)
    bob = User.objects.create_user("bob", is_staff=True)
    start = AuditEntry.objects.latest("pk").pk
    form = {"username": "bob", "is_active": "on", "is_staff": "on", "is_superuser": "on", "date_joined_0": "2026-01-01",
            "date_joined_1": "00:00", "groups": Group.objects.get(name="Editors").pk}  # fmt: skip
    session = client.session
    session["accounts.proven"] = time.time()
    session.save()
    response: Any = client.post(f"/admin/auth/user/{bob.pk}/change/", form)
    assert response.status_code == 302
    found = AuditEntry.objects.filter(pk__gt=start).order_by("pk")
    assert [(each.kind, each.account, each.what) for each in found] == [
        ("role", "root", "changed the account bob"),
        ("role", "root", "added groups: bob"),
    ]
    assert (found[0].details, found[1].details) == ({"is_superuser": [False, True]}, {"names": ["Editors"]})


def test_code_that_changes_accounts_is_seen_too_but_no_password() -> None:
    bob = User.objects.create_user("bob", password="first")
    bob.set_password("second")
    bob.is_active = False
    bob.save()
    bob.groups.set([Group.objects.get(name="Viewers")])
    bob.groups.clear()
    bob.delete()
    assert [what for (what,) in entries("what")] == [
        "made the account bob", "changed the account bob", "added groups: bob", "took all groups from bob",
        "deleted the account bob",
    ]  # fmt: skip
    [(changed,)] = list(AuditEntry.objects.filter(what__startswith="changed").values_list("details"))
    assert changed == {"is_active": [True, False], "password": ["", "changed"]}


def test_roles_themselves_are_watched() -> None:
    group = Group.objects.create(name="Guests")
    group.permissions.add(*Group.objects.get(name="Viewers").permissions.all()[:2])
    group.delete()
    assert [what for (what,) in entries("what")] == [
        "made the role Guests", "added permissions: Guests", "deleted the role Guests",
    ]  # fmt: skip


def test_a_login_asks_for_no_row_of_the_account_again() -> None:
    user = User.objects.create_user("ada", is_staff=True)
    with CaptureQueriesContext(connection) as queries:
        user.save(update_fields=["last_login"])
    assert len(queries) == 1


def test_second_factors_are_there(client: Client) -> None:
    from allauth.mfa.base.forms import AuthenticateForm
    from allauth.mfa.models import Authenticator
    from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset

    user = User.objects.create_user("ada")
    request, factor = RequestFactory().get("/"), Authenticator(user=user, type="totp")
    request.session = client.session
    for signal in (authenticator_added, authenticator_removed, authenticator_reset):
        signal.send(sender=Authenticator, request=request, user=user, authenticator=factor)
    assert [what for kind, _, what in entries() if kind == "factor"] == ["added totp", "removed totp", "made new totp"]
    # As allauth's form sends it when a code is wrong.
    AuthenticateForm(user=user)._emit_authentication_failed(factor)
    assert ("failed", "ada", "failed with totp") in entries()


def test_exports_and_imports_are_there() -> None:
    make_topic("AI")
    editor = client_of("Editors", "ada")
    editor.get("/admin/articles/topic/export/")
    editor.get("/admin/articles/action/export/")
    run = ImportRun.objects.create(started=timezone.now(), paths="/srv/site")
    run.save()
    run.state = ImportRun.State.FINISHED
    run.save()
    found = [(kind, account, what) for kind, account, what in entries() if kind in ("export", "import")]
    assert found == [
        ("export", "ada", "exported topics"), ("export", "ada", "exported the activity"), ("import", "", "import finished"),
    ]  # fmt: skip


def test_settings_seen_at_start_are_names_and_digests(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "names_set", lambda: ["DATABASE_URL", "SITE_NAME"])
    monkeypatch.setenv("DATABASE_URL", "postgres://u:s3cret@h/d")
    record_settings()
    record_settings()
    monkeypatch.setenv("SITE_NAME", "Other")
    record_settings()
    [first, second] = AuditEntry.objects.order_by("pk")
    assert (first.details["changed"], second.details["changed"]) == (["DATABASE_URL", "SITE_NAME"], ["SITE_NAME"])
    assert "s3cret" not in str(first.details)
    before = digests()
    settings.SECRET_KEY = "another"
    assert digests()["SITE_NAME"] != before["SITE_NAME"]


def test_the_worker_records_its_own_once_a_change(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkerProcess, "run", lambda self: None)
    monkeypatch.setattr(environment, "names_set", lambda: ["SITE_NAME"])
    for name in ("One", "One", "Two"):
        for start in (lambda: call_command("worker", skip_checks=True), record_settings):
            monkeypatch.setenv("SITE_NAME", f"{name} {start is record_settings}")  # each has an environment of its own
            start()
    assert [what for (what,) in entries("what")] == [
        "worker started", "site started", "worker started with other settings", "site started with other settings",
    ]  # fmt: skip


def test_the_log_is_not_emptied_at_once_either() -> None:
    # As SQLite has no TRUNCATE, it does the same to a DELETE without conditions.
    is_postgresql = connection.vendor == "postgresql"
    empty = sql("TRUNCATE audit_auditentry CASCADE" if is_postgresql else "DELETE FROM audit_auditentry")
    empty()  # nothing is lost
    record(Kind.LOGIN, "logged in", "ada")
    assert refused(empty)
    assert entries("what") == [("logged in",)]


def test_nothing_is_recorded_with_no_days(settings: Settings) -> None:
    settings.AUDIT_DAYS = 0
    record(Kind.LOGIN, "logged in", "ada")
    record_settings()
    User.objects.create_user("ada")
    assert entries() == []


def printed(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("audit_log", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_prints_lines_or_json_narrowed() -> None:
    AuditEntry.objects.create(kind=Kind.LOGIN, what="old", account="ada", time=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    AuditEntry.objects.create(kind=Kind.ROLE, what="new", account="bob", time=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    assert printed() == ["2026-01-01 00:00:00+00:00 login    ada - old", "2026-03-01 00:00:00+00:00 role     bob - new"]
    [line] = printed("--since", "2026-02-01", "--json")
    assert json.loads(line) == {"time": "2026-03-01T00:00:00+00:00", "kind": "role", "account": "bob", "address": "",
                                "request_id": "", "what": "new", "details": {}}  # fmt: skip
    assert [len(printed("--kind", "login")), len(printed("--account", "bob"))] == [1, 1]


def test_administrators_read_it_on_the_desk_and_cannot_write() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    entry = AuditEntry.objects.latest("pk")
    with CaptureQueriesContext(connection) as queries:
        html = client.get(f"{LIST}?kind=login&q=root").content.decode()
    assert "logged in" in html
    assert len(queries) <= 10
    assert client.get(f"{LIST}{entry.pk}/change/").status_code == 200
    for path in (f"{LIST}add/", f"{LIST}{entry.pk}/change/", f"{LIST}{entry.pk}/delete/"):
        assert client.post(path, {"what": "x", "post": "yes"}).status_code == 403, path
    client.post(LIST, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert AuditEntry.objects.filter(pk=entry.pk, what="logged in").exists()


@pytest.mark.parametrize("role", ["Editors", "Contributors", "Viewers"])
def test_nobody_else_sees_it(role: str) -> None:
    client = client_of(role)
    assert client.get(LIST).status_code == 403
    assert LIST not in client.get("/admin/").content.decode()
