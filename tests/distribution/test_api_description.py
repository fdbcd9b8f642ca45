"""The API is what its description says."""

import os
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from openapi_spec_validator import validate

from articles.models import Story
from articles.stories import rebuild_stories
from tests.support.factories import make_article, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PLAIN = {"Accept-Encoding": "identity"}  # werkzeug's client does not decompress
DESCRIPTION = "/api/v1/openapi.json"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))  # of each operation


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(DESCRIPTION).json()
    return found


def test_the_description_is_valid_openapi_and_explains_every_parameter_and_operation(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)  # type: ignore[arg-type]
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) >= 9
    assert all(operation["description"] for operation in operations)
    in_queries = [each for operation in operations for each in operation["parameters"] if each["in"] == "query"]
    assert [each["name"] for each in in_queries if not (each.get("description") or each["name"] == "sort")] == []


def test_the_guide_names_every_address(client: Client, document: dict[str, Any]) -> None:
    page = client.get("/api/v1/").content.decode()
    assert [path for path in document["paths"] if f"GET {path}" not in page] == []
    assert "<script" not in page.partition("<main")[2]


def test_schemathesis_finds_no_fault() -> None:
    import schemathesis  # takes a second, in each worker if it stood above

    topic = make_topic()
    make_article([topic], related=[make_article([topic])])
    rebuild_stories()
    assert Story.objects.filter(size=2).exists()
    schema = schemathesis.openapi.from_wsgi(DESCRIPTION, get_wsgi_application())
    operations = [each.ok() for each in schema.get_all_operations()]
    assert len(operations) >= 9
    for operation in operations:
        _try(operation)


def _try(operation: Any) -> None:
    @hypothesis_settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        from schemathesis.specs.openapi.checks import positive_data_acceptance

        # No description can say which cursors there are.
        case.call_and_validate(headers=PLAIN, excluded_checks=[positive_data_acceptance])

    check()
