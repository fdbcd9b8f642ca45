"""What endpoints share: their parameters, and how records become responses."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import BaseModel, Field

from articles.distribution.api.problems import bad_parameter

MAX_LIMIT, LIMIT = 100, 20
CONTENT_TYPE = "application/json; charset=utf-8"
NO_NUL = r"^[^\x00]*$"


class Fields(Schema):
    fields: str = Field(
        "", max_length=500, description="Names of the fields that records shall have, with commas between them; without it, all.",
        pattern=r"^([a-z_]+(,[a-z_]+)*)?$",
    )  # fmt: skip


class Paging(Fields):
    cursor: str = Field("", max_length=500, description="Where to go on, from “next” of a page.", pattern=NO_NUL)
    limit: int = Field(LIMIT, ge=1, le=MAX_LIMIT, description="How many records a page has at most.")


def chosen(fields: str, record: type[BaseModel]) -> set[str] | None:
    """Return the fields asked for, None for all; raise a problem if ``record`` has no such field."""
    names = {name for name in fields.split(",") if name}
    if unknown := sorted(names - set(record.model_fields)):
        known = ", ".join(record.model_fields)
        raise bad_parameter("fields", f"There is no “{'”, “'.join(unknown)}” among {known}.")
    return names or None


def answer(record: BaseModel, include: Any = None) -> HttpResponse:
    return HttpResponse(record.model_dump_json(include=include), content_type=CONTENT_TYPE)


def page_answer(page: BaseModel, fields: set[str] | None = None) -> HttpResponse:
    """Return a page as a response, of each record ``fields``; a Link header names the next page."""
    include: Any = None
    if fields:
        include = dict.fromkeys(type(page).model_fields, True) | {"data": {"__all__": fields}}
    response = answer(page, include)
    if following := getattr(page, "next", None):
        response["Link"] = f'<{following}>; rel="next"'
    return response


def next_url(request: HttpRequest, cursor: str) -> str | None:
    """Return the absolute address of the page at ``cursor``, with the other parameters of this one."""
    if not cursor:
        return None
    others = [(name, value) for name, value in request.GET.items() if name != "cursor"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*others, ('cursor', cursor)])}")
