"""Whatever stands in an address or a form, no page breaks: every parameter of every address is sent values that hurt."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, quote_from_bytes

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client, RequestFactory

from tests.conftest import taken_back
from tests.support.addresses import Address, addresses
from tests.support.known_things import make_known

pytestmark = pytest.mark.django_db

HOSTILE = [
    "a\x00b", "9" * 18, "9" * 21, "-" + "9" * 21, "9" * 5000, "²", "٣", "NaN", "9999-12-31", "0001-01-01T00:00:00+23:59",
    "/2023/13/45/x/", "1,²,99999999999999999999", "https://[::1", "https://a.example/\x00", "x" * 5000, "[]",
]  # fmt: skip
BYTES = [b"\xff\xed\xa0\x80", b"%00%"]
HOSTILE_QUOTED = [*(quote(text, safe="") for text in HOSTILE), *(quote_from_bytes(each) for each in BYTES)]
# Some that stand for the others, where there are many parameters, and few where pages are long.
SOME = [quote(text, safe="") for text in ("a\x00b", "9" * 21, "9" * 5000, "²", "9999-12-31", "/2023/13/45/x/", "1,²")]
FEW = [quote(text, safe="") for text in ("\x00", "9" * 21, "²")]


EVERY = addresses()
WITH_PARAMETERS = [each for each in EVERY if each.parameters]


def shared_out(addresses: list[Address], tests: int) -> list[list[Address]]:
    """Give each of some tests a share of addresses: what they look at is made once in a test, as it takes long."""
    return [addresses[first::tests] for first in range(tests)]


@pytest.fixture
def known() -> dict[str, str]:
    """Values for the parameters of addresses that lead to something."""
    return make_known()


@pytest.fixture
def superuser() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


@contextmanager
def visitor(superuser: Client, address: Address) -> Iterator[Client]:
    """Yield a client logged in as another one, and take back whatever an address does; a failure names the address."""
    client = Client()
    client.cookies.update(superuser.cookies)
    if address.text in ("admin/logout/", "admin/login/"):
        client.logout()
    try:
        with taken_back():
            yield client
    except BaseException as error:
        error.add_note(f"at {address.text or '/'}")
        raise


@contextmanager
def names_read() -> Iterator[set[str]]:
    """Collect the names of the parameters that are asked for meanwhile."""
    names: set[str] = set()
    plain = {name: getattr(QueryDict, name) for name in ("get", "getlist", "__getitem__", "__contains__")}

    def spy(name: str) -> Any:
        def read(self: QueryDict, key: str, *args: Any, **kwargs: Any) -> Any:
            names.add(key)
            return plain[name](self, key, *args, **kwargs)

        return read

    patches = [patch.object(QueryDict, name, spy(name)) for name in plain]
    for each in patches:
        each.start()
    try:
        yield names
    finally:
        for each in patches:
            each.stop()


def check(client: Client, path: str, data: str | None = None) -> None:
    """Ask for a page, or send a form; an exception that nothing catches fails the test."""
    if data is None:
        response = client.get(path)
    else:
        response = client.post(path, data, content_type="application/x-www-form-urlencoded")
    assert response.status_code < 500, path[:300]
    if hasattr(response, "streaming_content"):
        b"".join(response.streaming_content)


@pytest.mark.parametrize("addresses", shared_out(WITH_PARAMETERS, 6))
def test_no_parameter_of_a_path_breaks_a_page(
    addresses: list[Address], known: dict[str, str], superuser: Client
) -> None:
    assert addresses
    for address in addresses:
        with visitor(superuser, address) as client:
            for name in dict.fromkeys(address.parameters):
                for value in HOSTILE_QUOTED:
                    check(client, address.filled(known, **{name: value}))
                for value in FEW:
                    check(client, address.filled(known, **{name: value}), "")


@pytest.mark.parametrize("addresses", shared_out(EVERY, 8))
def test_no_parameter_of_a_query_or_form_breaks_a_page(
    addresses: list[Address], known: dict[str, str], superuser: Client
) -> None:
    assert addresses
    for address in addresses:
        with visitor(superuser, address) as client:
            check_query_and_form(client, address.filled(known))


def check_query_and_form(client: Client, path: str) -> None:
    with names_read() as names:
        check(client, path)
    for name in sorted(names):
        for value in SOME:
            check(client, f"{path}?{quote(name)}={value}")
    with names_read() as sent:
        check(client, path, "")
    # Forms tell the faults of all their fields at once; the numbers of rows in their lists come first.
    for names in (sent, {name for name in sent if not name.endswith("_FORMS")}):
        for value in FEW:
            check(client, path, "&".join(f"{quote(name)}={value}" for name in sorted(names)))


def filters() -> list[tuple[str, str]]:
    """Return every parameter that narrows a list of the admin: those of its filters, and what Django adds to fields."""
    found = []
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    for model, each in sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label):
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        # Those that every list asks for by their names are sent with the queries above.
        names = {"o", "e", "_changelist_filters"}
        for entry in each.get_list_filter(request):
            names.update((getattr(entry, "names", None) and [name for name, _ in entry.names]) or [])
            names.add(getattr(entry, "parameter_name", None) or "")
        # What a lookup makes of a value depends on the kind of the column.
        for column in {type(column): column for column in reversed(model._meta.fields)}.values():
            names |= {f"{column.name}{end}" for end in ("", "__in", "__gte", "__isnull")}
        found += [(path, name) for name in sorted(names - {""})]
    return found


@pytest.mark.parametrize(("path", "names"), [
    (path, [name for other, name in filters() if other == path]) for path in dict.fromkeys(path for path, _ in filters())
])  # fmt: skip
def test_no_filter_of_a_list_breaks_it(path: str, names: list[str], known: dict[str, str], superuser: Client) -> None:
    for name in names:
        for value in SOME if "__" not in name else FEW:
            check(superuser, f"{path}?{name}={value}")


def test_a_choice_that_is_no_number_is_refused_at_its_field(known: dict[str, str], superuser: Client) -> None:
    lists = {"topic_links": "topic", "related_links": "target", "story_decision": "joins"}
    counts = {
        f"{name}-{kind}_FORMS": "1" if kind == "TOTAL" else "0" for name in lists for kind in ("TOTAL", "INITIAL")
    }
    for value in ("on", "\u00b2", "9" * 21, "1e9"):
        choices = {"provider": value} | {f"{name}-0-{field}": value for name, field in lists.items()}
        page = superuser.post("/admin/articles/article/add/", counts | choices)
        assert page.status_code == 200
        assert page.context["adminform"].form.errors["provider"]
        found = {each.formset.prefix: each.formset.errors[0] for each in page.context["inline_admin_formsets"]}
        assert all(found[name][field] for name, field in lists.items()), value
        assert superuser.post("/admin/articles/pin/add/", {"article": value}).status_code == 200
