"""Clients who work at the editors' desk."""

import pytest
from django.test import Client

from tests.support.accounts import client_of


@pytest.fixture
def editor() -> Client:
    return client_of()
