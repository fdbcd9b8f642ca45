"""No request breaks a page, whatever stands in its path, query, headers, cookies and body, nor makes it ask without end.

``make fuzz`` sends thousands more, with a seed of its own.
"""

import os

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import taken_back
from tests.support.addresses import addresses
from tests.support.known_things import make_known
from tests.support.odd_requests import odd_requests

COUNT = int(os.environ.get("FUZZ_REQUESTS", "400"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
AT_ONCE = 50  # requests that one after the other see what those before them did
MOST_QUERIES = 150  # three times those of the page that asks most

pytestmark = pytest.mark.django_db


@pytest.fixture
def clients() -> list[Client]:
    """A reader, and an administrator."""
    administrator = Client()
    administrator.force_login(User.objects.create_superuser("root"))
    return [Client(), administrator]


def test_no_request_breaks_a_page(clients: list[Client]) -> None:
    every, known = addresses(), make_known()
    statuses = set()
    for first in range(0, COUNT, AT_ONCE):
        with taken_back():
            for number, request in enumerate(odd_requests(SEED + first, AT_ONCE, every, known)):
                with CaptureQueriesContext(connection) as queries:
                    try:
                        response = request.send(clients[number % 2])
                        b"".join(response)
                    except BaseException as error:
                        error.add_note(f"seed {SEED + first}, request {number}: {request}")
                        raise
                assert response.status_code < 500, request
                assert len(queries) <= MOST_QUERIES, request
                statuses.add(response.status_code)
    assert statuses >= {200, 302, 404, 405}, "the requests reach no pages"


def test_the_same_seed_gives_the_same_requests() -> None:
    one, other = (list(odd_requests(3, 40, addresses(), {"pk": "1"})) for _ in range(2))
    assert one == other != list(odd_requests(4, 40, addresses(), {"pk": "1"}))
