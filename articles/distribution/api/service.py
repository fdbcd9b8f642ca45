"""The API itself: its endpoints, its errors, and its description by OpenAPI 3.1."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi import get_schema

from articles.distribution.api import articles, catalogue, changes, finding, stories, threads
from articles.distribution.api.problems import CONTENT_TYPE, ProblemError, problem_response
from articles.distribution.api.schemas import Fault

VERSION = "1.0.0"
PREFIX = "api/v1/"

api = NinjaAPI(
    title=f"{settings.SITE_NAME} API",
    version=VERSION,
    description="What the site's pages show, as JSON, to read only. Within v1, fields are added but never removed.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
for each in (articles, stories, threads, catalogue, finding, changes):
    api.add_router("", each.router)


@api.exception_handler(ProblemError)
def _problem(request: HttpRequest, error: ProblemError) -> HttpResponse:
    return problem_response(error.status, error.detail, error.errors)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [Fault(name=str(each["loc"][-1]), detail=str(each["msg"])) for each in error.errors]
    return problem_response(422, "A parameter has a value that it cannot have.", faults)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem_response(404, "There is nothing at this address.")


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(error.status_code, str(error))


@api.exception_handler(Exception)
def _server_error(request: HttpRequest, error: Exception) -> HttpResponse:
    raise error  # the site reports it, and answers 500


@cache
def description() -> dict[str, Any]:
    """Return the description of the API as an OpenAPI document."""
    document: dict[str, Any] = get_schema(api, path_prefix=PREFIX)
    document["servers"] = [{"url": "/"}]
    for path in document["paths"].values():
        for operation in path.values():
            limited = {"description": "Too Many Requests", "content": _content("Problem")}
            operation["responses"] = {
                str(status): _as_problem(response) if status >= 400 else response
                for status, response in operation["responses"].items()
            } | {"429": limited}
    return document


def _as_problem(response: dict[str, Any]) -> dict[str, Any]:
    return response | {"content": _content("Problem")}


def _content(schema: str) -> dict[str, Any]:
    return {CONTENT_TYPE: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def parameter_names() -> frozenset[str]:
    """Return the names of all query parameters that endpoints have."""
    operations = [operation for path in description()["paths"].values() for operation in path.values()]
    return frozenset(
        parameter["name"]
        for operation in operations
        for parameter in operation["parameters"]
        if parameter["in"] == "query"
    )
