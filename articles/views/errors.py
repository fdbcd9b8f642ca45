"""The page for what goes wrong on the server, and for requests that it refuses."""

import sys
from typing import Any

from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from articles.db.failures import Failure, failure_of

# A heading, and what to do.
WORDS = {
    Failure.FULL: (_("This site’s disk is full"), _("Whoever runs the site has to make room.")),
    Failure.READ_ONLY: (
        _("This site can only be read at the moment"),
        _("Nothing can be saved until whoever runs the site has its database writable again."),
    ),
    Failure.BUSY: (
        _("This site is busy"),
        _("Something else is changing many articles. Trying again in a minute helps."),
    ),
    Failure.DAMAGED: (
        _("This site’s database is damaged"),
        _("Whoever runs the site has to restore a backup. “manage.py check_database” says which is the newest."),
    ),
    Failure.UNREACHABLE: (
        _("This site’s database does not answer"),
        _("Trying again in a minute often helps. If it does not, whoever runs the site has to start the database."),
    ),
}
RETRY_SECONDS = 30
TOO_MUCH = (_("This is more than the site takes at once"), _("Go back, send less at a time, and try again."))
# What a request was refused for, as far as Django says.
NOT_UNDERSTOOD: dict[type[BaseException], Any] = {
    DisallowedHost: (
        _("This site is not known by this address"),
        _("Whoever runs the site names its addresses in the setting ALLOWED_HOSTS."),
    ),
    RequestDataTooBig: TOO_MUCH,
    TooManyFieldsSent: TOO_MUCH,
    TooManyFilesSent: TOO_MUCH,
}


def server_error(request: HttpRequest) -> HttpResponse:
    """Render the page for an error, without database, session or context processors, any of which may have failed.

    What the database or a disk cannot do now gets 503, and a sentence about it; faults of the program get 500.
    """
    failure = failure_of(sys.exc_info()[1])
    status = 503 if failure else 500
    heading, advice = WORDS[failure] if failure else (None, None)
    context = {
        "status": status,
        "heading": heading,
        "advice": advice,
        "failed": True,
        "was_sent": request.method == "POST",
        "request_id": request.META.get("HTTP_X_REQUEST_ID", ""),
    }
    response = HttpResponse(_page(context), status=status)
    if failure:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def bad_request(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """Render the page for a request that the site does not understand, or does not take."""
    words = next((NOT_UNDERSTOOD[kind] for kind in type(exception).__mro__ if kind in NOT_UNDERSTOOD), None)
    heading, advice = words or (
        _("This request cannot be understood"),
        _("Go back, load the page again, and try once more."),
    )
    return _refusal(400, heading, advice)


def forbidden(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """Render the page for what the visitor has no right to."""
    return _refusal(
        403,
        _("You have no right to this"),
        _("If you came from the editors’ desk, an administrator can give your account the right."),
    )


def foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Render the page for a form without the proof that it is this site's; Django calls it with a reason for logs."""
    return _refusal(
        403,
        _("This form did not come from this site"),
        _(
            "Or it has waited for too long, or your browser sends no cookies. Go back, load the page again, and send it again."
        ),
    )


def _refusal(status: int, heading: Any, advice: Any) -> HttpResponse:
    return HttpResponse(_page({"status": status, "heading": heading, "advice": advice}), status=status)


def _page(context: dict[str, Any]) -> str:
    try:
        return render_to_string("error.html", context)
    except (ValueError, OSError):
        # Not even styles and icons can be named: they have not been collected, or their folder is gone.
        return " ".join(str(context[name]) for name in ("status", "heading", "advice") if context[name])
