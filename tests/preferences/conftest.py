"""A site for readers who hide some of it."""

import pytest

from tests.support.muted_site import Site, make_site


@pytest.fixture
def site() -> Site:
    return make_site()
