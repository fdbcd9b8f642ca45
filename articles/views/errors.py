"""The page for what goes wrong on the server."""

import sys
from typing import Any

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
        "was_sent": request.method == "POST",
        "request_id": request.META.get("HTTP_X_REQUEST_ID", ""),
    }
    response = HttpResponse(_page(context), status=status)
    if failure:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _page(context: dict[str, Any]) -> str:
    try:
        return render_to_string("500.html", context)
    except (ValueError, OSError):
        # Not even styles and icons can be named: they have not been collected, or their folder is gone.
        return " ".join(str(context[name]) for name in ("status", "heading", "advice") if context[name])
