"""Which tests a second run on another database leaves out, which go to one worker, and what makes workers start late."""

import os
import sys
from collections.abc import Callable

import pytest

from tests.conftest import depends_on_database


def test_a_test_without_a_database_is_left_out(request: pytest.FixtureRequest) -> None:
    assert not depends_on_database(request.node)


@pytest.mark.django_db
def test_a_test_that_is_marked_for_the_database_is_not(request: pytest.FixtureRequest) -> None:
    assert depends_on_database(request.node)


def test_nor_is_one_whose_fixtures_have_the_database(
    request: pytest.FixtureRequest, new_database: Callable[[], str]
) -> None:
    assert depends_on_database(request.node)


@pytest.mark.django_db
@pytest.mark.any_database
def test_one_that_is_the_same_on_any_database_is_left_out(request: pytest.FixtureRequest) -> None:
    assert not depends_on_database(request.node)


@pytest.mark.xdist_group("together")
def test_the_id_of_a_test_names_its_group_to_the_scheduler(request: pytest.FixtureRequest) -> None:
    assert os.environ.get("PYTEST_XDIST_WORKER") is None or request.node.nodeid.endswith("@together")


def test_what_is_compiled_is_kept_by_tests_and_the_processes_that_they_start() -> None:
    assert not sys.dont_write_bytecode
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ


def test_no_worker_loads_schemathesis_at_its_start(request: pytest.FixtureRequest) -> None:
    assert not request.config.pluginmanager.hasplugin("schemathesis")
