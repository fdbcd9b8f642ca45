"""Errors of the API, as problem details by RFC 9457."""

from collections.abc import Iterable
from http import HTTPStatus

from django.http import HttpResponse

from articles.distribution.api.schemas import Fault, Problem

CONTENT_TYPE = "application/problem+json"


class ProblemError(Exception):
    """Ends a request of the API with a problem."""

    def __init__(self, status: int, detail: str, errors: Iterable[Fault] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)


def bad_parameter(name: str, detail: str) -> ProblemError:
    return ProblemError(422, "A parameter has a value that it cannot have.", [Fault(name=name, detail=detail)])


def not_found(detail: str) -> ProblemError:
    return ProblemError(404, detail)


def gone(detail: str) -> ProblemError:
    return ProblemError(410, detail)


def problem_response(status: int, detail: str, errors: Iterable[Fault] = ()) -> HttpResponse:
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors))
    leave_out = None if problem.errors else {"errors"}
    return HttpResponse(problem.model_dump_json(exclude=leave_out), status=status, content_type=CONTENT_TYPE)
